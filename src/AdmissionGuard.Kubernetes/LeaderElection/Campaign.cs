using k8s.LeaderElection;

namespace AdmissionGuard.Kubernetes.LeaderElection;

/// <summary>One election, from the first attempt until the lead is lost.</summary>
internal static class Campaign
{
    /// <summary>Tries to lead, leads, and comes back when the lead is lost.</summary>
    /// <param name="election">The Lease, and how long to hold it.</param>
    /// <param name="lead">Receives whether this replica leads.</param>
    /// <param name="follow">Receives who leads.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>When the lead is lost.</returns>
    public static async Task RunAsync(LeaderElectionConfig election, Action<bool> lead, Action<string> follow, CancellationToken cancellation)
    {
        using var campaign = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var elector = new LeaderElector(election);
        elector.OnStartedLeading += () => lead(true);
        elector.OnStoppedLeading += () => lead(false);
        elector.OnNewLeader += follow;
        try
        {
            await elector.RunUntilLeadershipLostAsync(campaign.Token);
        }
        finally
        {
            // The elector does not cancel a slow renewal: it would continue renewing for a replica that is no longer the leader.
            await campaign.CancelAsync();
        }
    }
}
