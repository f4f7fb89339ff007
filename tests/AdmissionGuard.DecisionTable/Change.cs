using System.Collections.Immutable;

namespace AdmissionGuard.DecisionTable;

/// <summary>What a request changes, in the words of the table.</summary>
/// <param name="Stored">The namespace as stored; <see langword="null"/> on CREATE.</param>
/// <param name="Received">The namespace as received.</param>
/// <param name="AddsAnotherKind">Whether a reference to another kind of the tenant's group is added.</param>
public sealed record Change(RowTenancy? Stored, RowTenancy Received, bool AddsAnotherKind = false)
{
    /// <summary>Whether the namespace is created.</summary>
    public bool IsCreate => Stored is null;

    /// <summary>The tenants named by the old references: Capsule counts these.</summary>
    public ImmutableArray<string> Members => Stored?.Named ?? [];

    /// <summary>The tenants named by the references now.</summary>
    public ImmutableArray<string> Named => Received.Named;

    /// <summary>The label's tenant before.</summary>
    public string? OldLabel => Stored?.LabelledTenant;

    /// <summary>The label's tenant now.</summary>
    public string? Label => Received.LabelledTenant;

    /// <summary>Whether the references are as they were, in whatever order.</summary>
    public bool KeepsReferences => Stored is not null && Stored.HasTheReferencesOf(Received);

    /// <summary>Whether there were references, and now there are none.</summary>
    public bool LosesReferences => Members is not [] && Named is [];

    /// <summary>Whether the references name one tenant alone now, and not as they did.</summary>
    public bool IsNowOneAlone => Named is [_] && !KeepsReferences;

    /// <summary>Whether the references name several tenants now, and not as they did.</summary>
    public bool IsNowSeveral => Named.Length > 1 && !KeepsReferences;

    /// <summary>Whether the old references named a tenant.</summary>
    /// <param name="tenant">The tenant's name.</param>
    /// <returns><see langword="true"/> for a member.</returns>
    public bool WasMember(string? tenant) => tenant is not null && Members.Contains(tenant, StringComparer.Ordinal);

    /// <inheritdoc />
    public override string ToString() => $"{Stored?.ToString() ?? "(created)"} → {Received}{(AddsAnotherKind ? " + another kind" : "")}";
}
