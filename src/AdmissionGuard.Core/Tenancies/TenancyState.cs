namespace AdmissionGuard.Core.Tenancies;

/// <summary>The state of a namespace's label and ownerReference by themselves, without a lookup of tenants.</summary>
public enum TenancyState
{
    /// <summary>Neither label nor ownerReference.</summary>
    None,

    /// <summary>One reference, with the label's name.</summary>
    Bound,

    /// <summary>A label and no reference: Capsule counts no member.</summary>
    LabelOnly,

    /// <summary>One reference and no label.</summary>
    OwnerOnly,

    /// <summary>The names differ, or there is more than one Tenant reference.</summary>
    Conflicting,
}
