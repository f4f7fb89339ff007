using AdmissionGuard.Core.Tenancies;

namespace AdmissionGuard.Core.Requests;

/// <summary>A request to create or update a namespace.</summary>
/// <param name="User">The user who sends the request.</param>
/// <param name="Old">The namespace as stored; <see langword="null"/> on CREATE.</param>
/// <param name="Received">The namespace as the request would leave it.</param>
/// <param name="SubResource">The subresource addressed; empty for the namespace itself.</param>
public sealed record NamespaceRequest(UserInfo User, NamespaceRecord? Old, NamespaceRecord Received, string SubResource)
{
    /// <summary>The field manager that the request names; empty for none.</summary>
    public string FieldManager { get; init; } = "";

    /// <summary>Reads the labels and annotations that the request would leave.</summary>
    public Func<NamespaceMetadata> ReadMetadata { get; init; } = static () => NamespaceMetadata.Empty;

    /// <summary>Whether the namespace is created by this request.</summary>
    public bool IsCreate => Old is null;

    /// <summary>The namespace's name.</summary>
    public string Name => Received.Name;

    /// <summary>The reasons that this request gives. An old annotation never counts for a new change.</summary>
    public ChangeReason ChangeReason => new(
        ChangeReason.Effective(Stored.Reason, Received.ChangeReason.Reason, FieldManager, ChangeReason.ReasonFieldManager),
        ChangeReason.Effective(Stored.Override, Received.ChangeReason.Override, FieldManager, ChangeReason.OverrideFieldManager));

    /// <summary>The Tenant references that the request adds or changes.</summary>
    /// <returns>Those that are not as stored.</returns>
    public IEnumerable<TenantReference> NewReferences()
    {
        var (stored, received) = (Old?.Tenancy.References ?? [], Received.Tenancy.References);
        if (stored is [] || received is [])
        {
            return received;
        }

        var known = stored.Select(reference => reference.WithoutIndex()).ToHashSet();
        return received.Where(reference => !known.Contains(reference.WithoutIndex()));
    }

    private ChangeReason Stored => Old?.ChangeReason ?? ChangeReason.None;
}
