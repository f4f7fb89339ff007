using System.Collections.Immutable;

namespace AdmissionGuard.Core.Tenancies;

/// <summary>What a namespace's label and Tenant ownerReferences say.</summary>
/// <param name="Label">The label's value; <see langword="null"/> if the key is absent, empty where its value is.</param>
/// <param name="References">The Tenant references, in the object's order.</param>
public sealed record Tenancy(string? Label, ImmutableArray<TenantReference> References)
{
    /// <summary>Neither label nor ownerReference.</summary>
    public static Tenancy None { get; } = new(null, []);

    /// <summary>The tenant that the label names; an empty value names none.</summary>
    public string? LabelledTenant => string.IsNullOrEmpty(Label) ? null : Label;

    /// <summary>The tenants that the references name, each once, in order.</summary>
    public ImmutableArray<string> ReferencedTenants { get; } = References switch
    {
        [] => [],
        [var only] => [only.Name],
        _ => [.. References.Select(r => r.Name).Distinct(StringComparer.Ordinal)],
    };

    /// <summary>The state of the label and ownerReference.</summary>
    public TenancyState State => (LabelledTenant, References) switch
    {
        (null, []) => TenancyState.None,
        (not null, []) => TenancyState.LabelOnly,
        (null, [_]) => TenancyState.OwnerOnly,
        (var label, [var reference]) when label == reference.Name => TenancyState.Bound,
        _ => TenancyState.Conflicting,
    };

    /// <summary>The state of the label and ownerReference, compared with the existing tenants.</summary>
    /// <param name="uidOf">The UID of a tenant; <see langword="null"/> if there is none of the name.</param>
    /// <returns>The state.</returns>
    public ResolvedTenancyState Resolve(Func<string, string?> uidOf) => State switch
    {
        TenancyState.None => ResolvedTenancyState.None,
        TenancyState.LabelOnly => ResolvedTenancyState.LabelOnly,
        // The garbage collector uses UIDs, not the label: if no UID is live, nothing else matters.
        _ when !References.Any(each => uidOf(each.Name) == each.Uid) =>
            References.Any(each => uidOf(each.Name) is not null) ? ResolvedTenancyState.StaleUid : ResolvedTenancyState.UnknownTenant,
        TenancyState.Conflicting => ResolvedTenancyState.Conflicting,
        TenancyState.OwnerOnly => ResolvedTenancyState.OwnerOnly,
        _ => ResolvedTenancyState.Consistent,
    };

    /// <summary>Whether both have the same references, in any order.</summary>
    /// <param name="other">The other tenancy.</param>
    /// <returns><see langword="true"/> when each reference of one is in the other.</returns>
    public bool HasSameReferencesAs(Tenancy other) => (References, other.References) switch
    {
        ([], []) => true,
        ([var mine], [var theirs]) => mine.SaysTheSameAs(theirs),
        var (all, others) => all.Length == others.Length && Named(all).All(new Multiset<TenantReference>(Named(others)).Remove),
    };

    private static IEnumerable<TenantReference> Named(ImmutableArray<TenantReference> references) =>
        references.Select(each => each.WithoutIndex());
}
