using System.Collections.Immutable;

namespace AdmissionGuard.Core.Capsule;

/// <summary>The port to the cluster's tenants. Every answer is read live, for this request: a UID from a cache can cost a namespace.</summary>
public interface ITenants
{
    /// <summary>Looks one tenant up.</summary>
    /// <param name="name">A name that <see cref="Tenancies.TenantName.IsValid"/> holds valid.</param>
    /// <param name="deadline">When an answer is no longer of use.</param>
    /// <returns>What was found; never throws for a fault of the cluster.</returns>
    Task<TenantLookup> FindAsync(string name, Deadline deadline);

    /// <summary>The names of all tenants, for suggestions only.</summary>
    /// <param name="deadline">When an answer is no longer of use.</param>
    /// <returns>All of them; empty where they can't be had, or are too many.</returns>
    Task<ImmutableArray<string>> NamesAsync(Deadline deadline);
}

/// <summary>What a look-up found.</summary>
public abstract record TenantLookup
{
    private TenantLookup()
    {
    }

    /// <summary>The tenant is there.</summary>
    /// <param name="Tenant">The tenant.</param>
    public sealed record Found(Tenant Tenant) : TenantLookup;

    /// <summary>The API server said NotFound of exactly this tenant.</summary>
    public sealed record Absent : TenantLookup;

    /// <summary>
    /// The API server serves no tenants at all, so that nobody knows which there are: their CustomResourceDefinition is not
    /// installed, or was deleted.
    /// </summary>
    public sealed record NotServed : TenantLookup;

    /// <summary>No tenant can bear the name, so none was looked for; a stored mark that names it is there all the same.</summary>
    public sealed record Impossible : TenantLookup;

    /// <summary>Nothing is known: the question may be asked again.</summary>
    /// <param name="Failure">What went wrong.</param>
    public sealed record Unknown(ApiFailure Failure) : TenantLookup;
}
