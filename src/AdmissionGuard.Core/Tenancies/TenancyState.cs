namespace AdmissionGuard.Core.Tenancies;

/// <summary>What a namespace's two marks say together, without a look at any tenant.</summary>
public enum TenancyState
{
    /// <summary>Neither mark.</summary>
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
