using k8s.LeaderElection;

namespace AdmissionGuard.Kubernetes.LeaderElection;

/// <summary>One election, from the first try to lead until the lead is lost.</summary>
internal static class Campaign
{
    /// <summary>Tries to lead, leads, and comes back when the lead is lost.</summary>
    /// <param name="election">The Lease, and how long to hold it.</param>
    /// <param name="lead">Is told whether this replica leads.</param>
    /// <param name="follow">Is told who leads.</param>
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
            // The elector leaves a renewal that takes too long to itself: it would go on renewing for a leader that is none.
            await campaign.CancelAsync();
        }
    }
}
