using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Kubernetes.AccessReviews;
using AdmissionGuard.Kubernetes.Connections;
using AdmissionGuard.Kubernetes.Tenants;
using AdmissionGuard.Reviews;

namespace AdmissionGuard.Configuration;

/// <summary>One configuration and all that is built from it. It never changes: a review finishes on the one it began with.</summary>
/// <param name="Generation">Counts the configurations applied, from 1.</param>
/// <param name="Options">What was chosen.</param>
/// <param name="Handler">Answers reviews accordingly.</param>
internal sealed record Snapshot(long Generation, GuardOptions Options, ReviewHandler Handler);

/// <summary>Builds from options what answers reviews.</summary>
/// <param name="calls">Sends requests to the API server.</param>
/// <param name="gate">Bounds look-ups, across all configurations.</param>
/// <param name="time">The clock.</param>
internal sealed class SnapshotBuilder(ClusterCalls calls, ILookupGate gate, TimeProvider time)
{
    public Snapshot Build(long generation, GuardOptions options)
    {
        var tenant = options.Tenant;
        var ports = new Ports(new LiveTenants(calls, tenant), new LiveCapsule(calls, options), new ClusterAuthorizer(calls, tenant), time) { Gate = gate };
        return new Snapshot(generation, options, new ReviewHandler(new Engine(ports, options), options, time));
    }
}
