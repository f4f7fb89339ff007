namespace AdmissionGuard.Core.Tenancies;

/// <summary>What a namespace's two marks are worth beside the tenants that live.</summary>
public enum LiveState
{
    /// <summary>Neither mark.</summary>
    None,

    /// <summary>Label and reference name one tenant, and the reference has its UID.</summary>
    Consistent,

    /// <summary>The reference's UID is not the live one: the garbage collector takes the owner for deleted, and deletes the namespace.</summary>
    StaleUid,

    /// <summary>Label and reference name a tenant that is not there.</summary>
    UnknownTenant,

    /// <summary>A label and no reference.</summary>
    LabelOnly,

    /// <summary>One reference and no label.</summary>
    OwnerOnly,

    /// <summary>The names differ, or there is more than one Tenant reference.</summary>
    Conflicting,
}
