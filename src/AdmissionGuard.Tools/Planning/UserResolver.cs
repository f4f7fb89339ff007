using AdmissionGuard.Core;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.AccessReviews;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Simulation;

namespace AdmissionGuard.Tools.Planning;

/// <summary>The user of a plan: the given one, or the user of the connection.</summary>
/// <param name="options">What was asked.</param>
internal sealed class UserResolver(PlanOptions options)
{
    /// <exception cref="PlanException">The API server does not report the user.</exception>
    public async Task<UserInfo> FindAsync(ApiServerClient calls, TimeProvider time, CancellationToken cancellation)
    {
        if (options.User is { } name)
        {
            return new SimulatedUser(name, [.. options.Groups]).ToUserInfo();
        }

        using var deadline = new Deadline(time, ClusterReader.Budget, cancellation);
        return await new SelfSubjectReviewClient(calls).AskAsync(deadline) switch
        {
            ReadResult<UserInfo>.Found known => known.Value,
            ReadResult<UserInfo>.NotFound =>
                throw PlanException.BadInput(
                    "your user name is unknown (the API server does not serve SelfSubjectReview): give --as USER, and --as-group GROUP for "
                        + "each group"),
            ReadResult<UserInfo>.Failed { Failure: var failure } =>
                throw PlanException.Unreachable($"your user name is unknown ({ApiFailureText.ForOperator(failure)}): give --as USER"),
            var other => throw new InvalidOperationException($"unknown identity {other}"),
        };
    }
}
