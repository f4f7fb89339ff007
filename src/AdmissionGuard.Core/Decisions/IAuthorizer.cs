using AdmissionGuard.Core.Requests;

namespace AdmissionGuard.Core.Decisions;

/// <summary>The port to the cluster's authorizer.</summary>
public interface IAuthorizer
{
    /// <summary>Asks whether a user may do something to a tenant.</summary>
    /// <param name="user">The user.</param>
    /// <param name="verb">The verb.</param>
    /// <param name="tenant">The tenant's name; goes into a body, never into a path.</param>
    /// <param name="deadline">The deadline for the result.</param>
    /// <returns>The answer; failures of the cluster never throw.</returns>
    Task<Permission> AskAsync(UserInfo user, string verb, string tenant, Deadline deadline);
}

/// <summary>An authorizer's answer.</summary>
public abstract record Permission
{
    private Permission()
    {
    }

    /// <summary>Yes.</summary>
    public sealed record Granted : Permission;

    /// <summary>No.</summary>
    public sealed record Missing : Permission;

    /// <summary>The lookup failed; it can be repeated.</summary>
    /// <param name="Failure">The failure.</param>
    public sealed record Unknown(ApiFailure Failure) : Permission;
}
