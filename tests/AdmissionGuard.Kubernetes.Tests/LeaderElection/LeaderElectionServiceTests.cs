using AdmissionGuard.Kubernetes.LeaderElection;
using k8s.LeaderElection;

namespace AdmissionGuard.Kubernetes.Tests.LeaderElection;

public sealed class LeaderElectionServiceTests
{
    [Fact]
    public async Task A_missing_permission_on_the_Lease_is_told_once_however_often_it_is_met()
    {
        await using var it = await CallsOfStub.StartAsync(
            static (context, _) => StubServer.JsonAsync(context, 403, """{"kind":"Status"}"""));
        using var leadership = new LeaderElectionService(
            it.Calls, "admissionguard-system", TimeProvider.System, it.Logger<LeaderElectionService>());
        await leadership.StartAsync(TestContext.Current.CancellationToken);

        await it.ReceivedAsync(2);
        await leadership.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            [
                "Warning 74: The Lease can't be read or written, so this replica can't become the leader: the API server answered 403 to the guard",
            ],
            it.Log);
        Assert.False(leadership.IsLeader);
    }

    [Fact]
    public async Task A_renewal_that_takes_too_long_ends_with_the_election_that_it_lost()
    {
        var lease = new StalledLease();
        var told = new List<bool>();
        var election = new LeaderElectionConfig(lease)
        {
            LeaseDuration = TimeSpan.FromSeconds(1),
            RenewDeadline = TimeSpan.FromMilliseconds(100),
            RetryPeriod = TimeSpan.FromMilliseconds(10),
        };

        await LeaderElectionService.ElectAsync(election, told.Add, _ => { }, TestContext.Current.CancellationToken);

        Assert.Equal([true, false], told);
        await lease.Renewal.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    /// <summary>Free at first; once it is held, nobody answers any more.</summary>
    private sealed class StalledLease : ILock
    {
        private readonly TaskCompletionSource _renewal = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _isHeld;

        public string Identity => "me";

        /// <summary>Ends when the renewal does.</summary>
        public Task Renewal => _renewal.Task;

        public async Task<LeaderElectionRecord> GetAsync(CancellationToken cancellationToken = default)
        {
            if (_isHeld)
            {
                try
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }
                finally
                {
                    _renewal.TrySetResult();
                }
            }

            return null!;
        }

        public Task<bool> CreateAsync(LeaderElectionRecord record, CancellationToken cancellationToken = default) =>
            Task.FromResult(_isHeld = true);

        public Task<bool> UpdateAsync(LeaderElectionRecord record, CancellationToken cancellationToken = default) => Task.FromResult(false);

        public string Describe() => "a Lease";
    }
}
