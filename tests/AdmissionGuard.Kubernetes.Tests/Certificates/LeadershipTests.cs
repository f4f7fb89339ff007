using AdmissionGuard.Kubernetes.LeaderElection;

namespace AdmissionGuard.Kubernetes.Tests.Certificates;

public sealed class LeadershipTests
{
    [Fact]
    public async Task A_missing_permission_on_the_Lease_is_told_once_however_often_it_is_met()
    {
        await using var it = await CallsOfStub.StartAsync(static (context, _) => StubServer.JsonAsync(context, 403, """{"kind":"Status"}"""));
        using var leadership = new Leadership(it.Calls, "admissionguard-system", TimeProvider.System, it.Logger<Leadership>());
        await leadership.StartAsync(TestContext.Current.CancellationToken);

        await it.ReceivedAsync(2);
        await leadership.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["Warning 74: The Lease can't be read or written, so this replica can't become the leader: the API server answered 403 to the guard"], it.Log);
        Assert.False(leadership.IsLeader);
    }
}
