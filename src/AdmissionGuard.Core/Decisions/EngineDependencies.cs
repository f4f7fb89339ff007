using AdmissionGuard.Core.Capsule;

namespace AdmissionGuard.Core.Decisions;

/// <summary>The engine's access to the cluster.</summary>
/// <param name="Tenants">Reads tenants live.</param>
/// <param name="Capsule">Reads Capsule's configuration.</param>
/// <param name="Authorizer">Answers access reviews.</param>
/// <param name="Clock">The clock.</param>
public sealed record EngineDependencies(ITenants Tenants, ICapsule Capsule, IAuthorizer Authorizer, TimeProvider Clock)
{
    /// <summary>Limits concurrent lookups.</summary>
    public ILookupLimiter Limiter { get; init; } = ILookupLimiter.Open;

    /// <summary>Describes a failure for the readers of the refusals.</summary>
    public Func<ApiFailure, string> Explain { get; init; } = ApiFailureText.ForUser;
}
