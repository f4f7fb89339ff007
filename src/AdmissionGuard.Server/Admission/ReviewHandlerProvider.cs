using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Kubernetes.AccessReviews;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Tenants;
using AdmissionGuard.Server.Admission.Reviews;
using AdmissionGuard.Server.Configuration;

namespace AdmissionGuard.Server.Admission;

/// <summary>Builds the review handler of a configuration, once for each configuration.</summary>
/// <param name="calls">Sends requests to the API server.</param>
/// <param name="limiter">Bounds lookups, across all configurations.</param>
/// <param name="time">The clock.</param>
internal sealed class ReviewHandlerProvider(ApiServerClient calls, ILookupLimiter limiter, TimeProvider time)
{
    private Built? _last;

    /// <summary>The review handler for a configuration.</summary>
    /// <param name="version">The configuration.</param>
    /// <returns>The handler, the same one for the same configuration as before.</returns>
    public ReviewHandler For(ConfigurationVersion version)
    {
        var last = Volatile.Read(ref _last);
        if (last is null || !ReferenceEquals(last.Version, version))
        {
            // Two concurrent reviews may both build it; either result is valid.
            Volatile.Write(ref _last, last = new Built(version, Build(version.Options)));
        }

        return last.Handler;
    }

    private ReviewHandler Build(GuardOptions options)
    {
        var tenant = options.Tenant;
        var dependencies = new EngineDependencies(
            new TenantClient(calls, tenant),
            new CapsuleConfigurationClient(calls, options),
            new ClusterAuthorizer(calls, tenant),
            time) { Limiter = limiter };
        return new ReviewHandler(new Engine(dependencies, options), options, time);
    }

    private sealed record Built(ConfigurationVersion Version, ReviewHandler Handler);
}
