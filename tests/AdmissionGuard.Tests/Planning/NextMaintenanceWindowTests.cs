using System.Collections.Immutable;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Tools.Planning;

namespace AdmissionGuard.Tests.Planning;

public sealed class NextMaintenanceWindowTests
{
    // A Tuesday.
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_next_moment_is_one_in_which_all_are_open()
    {
        Assert.Equal(
            [
                "this cluster: closed (0 22 * * FRI for 4h in UTC)",
                "tenant \"gas\": open (0 0 * * * for 1d in UTC)",
                "tenant \"oil\": closed (0 1 * * * for 2h in UTC)",
                "next: 2026-11-28 01:00 (UTC, UTC+00:00)",
            ],
            Tell("0 22 * * FRI for 4h in UTC", ("gas", "0 0 * * * for 1d in UTC"), ("oil", "0 1 * * * for 2h in UTC")));
    }

    [Fact]
    public void Windows_that_never_meet_are_told_to_be_so() => Assert.Equal(
        "next: never, these windows are never open at the same time",
        Tell("0 22 * * FRI for 1h in UTC", ("gas", "0 22 * * SAT for 1h in UTC"))[^1]);

    [Fact]
    public void Open_ones_need_no_next() => Assert.Equal(["this cluster: open (0 0 * * * for 1d in UTC)"], Tell("0 0 * * * for 1d in UTC"));

    [Fact]
    public void Where_nobody_has_any_nothing_is_said() => Assert.Empty(Tell(""));

    [Fact]
    public void One_that_can_not_be_read_is_told() =>
        Assert.StartsWith("tenant \"gas\": invalid: ", Assert.Single(Tell("", ("gas", "sometimes"))), StringComparison.Ordinal);

    private static ImmutableArray<string> Tell(
        string cluster, params (string Name, string Windows)[] tenants) => NextMaintenanceWindow.Tell(
        MaintenanceWindow.ParseAll(cluster),
        tenants.Select(tenant => new Tenant(tenant.Name, "uid") { MaintenanceWindows = tenant.Windows }),
        Now);
}
