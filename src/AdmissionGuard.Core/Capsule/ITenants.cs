using System.Collections.Immutable;

namespace AdmissionGuard.Core.Capsule;

/// <summary>
/// The port to the cluster's tenants. Every answer is read live, for this request: a UID from a cache can cost a namespace.
/// </summary>
public interface ITenants
{
    /// <summary>Looks one tenant up.</summary>
    /// <param name="name">A name that <see cref="Tenancies.TenantName.IsValid"/> holds valid.</param>
    /// <param name="deadline">The deadline for the result.</param>
    /// <returns>What was found; failures of the cluster never throw.</returns>
    Task<TenantLookup> FindAsync(string name, Deadline deadline);

    /// <summary>The names of all tenants, for suggestions only.</summary>
    /// <param name="deadline">The deadline for the result.</param>
    /// <returns>All of them; empty if they can't be obtained, or are too many.</returns>
    Task<ImmutableArray<string>> NamesAsync(Deadline deadline);
}

/// <summary>What a lookup found.</summary>
public abstract record TenantLookup
{
    private TenantLookup()
    {
    }

    /// <summary>The tenant exists.</summary>
    /// <param name="Tenant">The tenant.</param>
    public sealed record Found(Tenant Tenant) : TenantLookup;

    /// <summary>The API server said NotFound of exactly this tenant.</summary>
    public sealed record Absent : TenantLookup;

    /// <summary>
    /// The API server does not serve tenants, so it is unknown which exist: their CustomResourceDefinition is not
    /// installed, or was deleted.
    /// </summary>
    public sealed record NotServed : TenantLookup;

    /// <summary>The name is invalid for a tenant, so no lookup was made. A stored label or ownerReference can still contain it.</summary>
    public sealed record Impossible : TenantLookup;

    /// <summary>The lookup failed; it can be repeated.</summary>
    /// <param name="Failure">The failure.</param>
    public sealed record Unknown(ApiFailure Failure) : TenantLookup;
}
