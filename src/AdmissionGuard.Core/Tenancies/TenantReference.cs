namespace AdmissionGuard.Core.Tenancies;

/// <summary>An ownerReference to a tenant; <c>controller</c> and <c>blockOwnerDeletion</c> are not checked.</summary>
/// <param name="Index">Its place in the object's whole list of ownerReferences, from 0.</param>
/// <param name="ApiVersion">Group and version, as stored.</param>
/// <param name="Name">The tenant's name, as stored: not yet known to be a valid one.</param>
/// <param name="Uid">The tenant's UID, as stored; may be empty.</param>
public readonly record struct TenantReference(int Index, string ApiVersion, string Name, string Uid)
{
    /// <summary>Whether both are equal, regardless of their positions in their lists.</summary>
    /// <param name="other">The other reference.</param>
    /// <returns><see langword="true"/> when name, UID and version are equal.</returns>
    public bool SaysTheSameAs(TenantReference other) => WithoutIndex() == other.WithoutIndex();

    /// <summary>The reference without its position, for comparison.</summary>
    /// <remarks>A method: a property would be part of <c>ToString</c>, which would then call itself without end.</remarks>
    /// <returns>The reference, with 0 for its position.</returns>
    public TenantReference WithoutIndex() => this with { Index = 0 };
}

/// <summary>An ownerReference to an object of any kind.</summary>
/// <param name="ApiVersion">Group and version, as stored.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Name">The owner's name.</param>
/// <param name="Uid">The owner's UID.</param>
public readonly record struct OwnerReference(string ApiVersion, string Kind, string Name, string Uid);
