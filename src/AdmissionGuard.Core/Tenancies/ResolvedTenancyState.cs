namespace AdmissionGuard.Core.Tenancies;

/// <summary>The state of a namespace's label and ownerReference compared with the existing tenants, the worst first.</summary>
public enum ResolvedTenancyState
{
    /// <summary>
    /// No reference has a live UID, whatever the label says: the garbage collector treats the owner as deleted, and deletes the namespace.
    /// </summary>
    StaleUid,

    /// <summary>The same, and no reference names an existing tenant.</summary>
    UnknownTenant,

    /// <summary>The names differ, or there is more than one Tenant reference; at least one has a live UID.</summary>
    Conflicting,

    /// <summary>One reference, to an existing tenant, and no label.</summary>
    OwnerOnly,

    /// <summary>A label and no reference.</summary>
    LabelOnly,

    /// <summary>Label and reference name one tenant, and the reference has its UID.</summary>
    Consistent,

    /// <summary>Neither label nor ownerReference.</summary>
    None,
}
