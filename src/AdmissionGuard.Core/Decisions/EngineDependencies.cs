using AdmissionGuard.Core.Capsule;

namespace AdmissionGuard.Core.Decisions;

/// <summary>What the engine asks the world through.</summary>
/// <param name="Tenants">Reads tenants live.</param>
/// <param name="Capsule">Reads Capsule's configuration.</param>
/// <param name="Authorizer">Answers access reviews.</param>
/// <param name="Clock">Tells the time.</param>
public sealed record EngineDependencies(ITenants Tenants, ICapsule Capsule, IAuthorizer Authorizer, TimeProvider Clock)
{
    /// <summary>Bounds the decisions that look things up at a time.</summary>
    public ILookupLimiter Limiter { get; init; } = ILookupLimiter.Open;

    /// <summary>Puts a failure into words, for whoever reads the refusals.</summary>
    public Func<ApiFailure, string> Explain { get; init; } = ApiFailureText.ForUser;
}
