namespace AdmissionGuard.Core.Tenancies;

/// <summary>What a namespace's two marks are worth beside the tenants that live, the worst first.</summary>
public enum ResolvedTenancyState
{
    /// <summary>No reference has a live UID, whatever the label says: the garbage collector takes the owner for deleted, and deletes the namespace.</summary>
    StaleUid,

    /// <summary>The same, and no reference names a tenant that is there.</summary>
    UnknownTenant,

    /// <summary>The names differ, or there is more than one Tenant reference; one of them is alive.</summary>
    Conflicting,

    /// <summary>One reference, to a tenant that lives, and no label.</summary>
    OwnerOnly,

    /// <summary>A label and no reference.</summary>
    LabelOnly,

    /// <summary>Label and reference name one tenant, and the reference has its UID.</summary>
    Consistent,

    /// <summary>Neither mark.</summary>
    None,
}
