using System.Collections.Immutable;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Requests;
using static AdmissionGuard.Core.Tests.Builders;
using static AdmissionGuard.Core.Tests.Deciding;

namespace AdmissionGuard.Core.Tests.Decisions;

/// <summary>Who comes when too many lookups are in progress.</summary>
public sealed class LookupLimiterTests
{
    private readonly FakeCluster _full = new FakeCluster().Grant("release", "oil").Grant("adopt", "gas").Full();

    [Theory]
    [InlineData(EnforcementMode.Enforce)]
    [InlineData(EnforcementMode.Warn)]
    [InlineData(EnforcementMode.Audit)]
    public async Task What_needs_a_lookup_is_sent_back_in_every_mode_and_asks_nothing(EnforcementMode mode)
    {
        var deny = Denied(
            await _full.DecideAsync(Ns("oil | oil"), Ns("gas | oil"), options: new GuardOptions { Mode = mode }), DenyReason.Busy);

        Assert.Equal(
            "alice can't move namespace billing from tenant oil to gas now: too many lookups are in progress; try again in a second",
            deny.Message);
        Assert.Empty(_full.Asked);
    }

    [Theory]
    [InlineData("oil | oil", "oil | oil")]
    [InlineData("oil | -", "oil | -")]
    [InlineData("oil | gas", "oil | gas")]
    public async Task An_unrelated_edit_passes(string old, string received) =>
        Allowed(await _full.DecideAsync(Ns(old), Ns(received), AdmissionPhase.Validating));

    [Fact]
    public async Task What_is_refused_without_a_lookup_still_is()
    {
        Denied(await _full.DecideAsync(Ns("oil | oil"), Ns("No_Tenant | oil")), DenyReason.Invalid);
        Denied(
            await _full.DecideAsync(Ns("oil | oil"), Ns("gas | oil"), AdmissionPhase.Validating, subResource: "status"),
            DenyReason.Forbidden);
        Denied(
            await _full.DecideAsync(Ns("oil | oil") with { IsTerminating = true }, Ns("gas | oil") with { IsTerminating = true }),
            DenyReason.Forbidden);
    }

    [Fact]
    public async Task A_change_that_concerns_no_tenant_that_can_be_asked_about_passes()
    {
        var options = new GuardOptions { ExemptUsers = ["alice"] };

        Allowed(await _full.DecideAsync(Ns("No_Tenant | -"), Ns("- | -"), AdmissionPhase.Validating, options: options));
    }

    [Fact]
    public async Task The_limiter_is_entered_once_a_decision_and_left_when_the_lookups_are_over_however_they_end()
    {
        var limiter = new Counted();
        var away = new Away();
        var engine = new Engine(new EngineDependencies(_full, _full, _full, TimeProvider.System) { Limiter = limiter }, new GuardOptions());
        var failing = new Engine(new EngineDependencies(away, _full, _full, TimeProvider.System) { Limiter = limiter }, new GuardOptions());
        var move = new NamespaceRequest(User(), Ns("oil | oil"), Ns("gas | oil"), "");
        using var deadline = new Deadline(TimeProvider.System, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        await engine.DecideAsync(move, AdmissionPhase.Mutating, deadline);
        Assert.Equal((1, 1), (limiter.Entered, limiter.Left));

        await Assert.ThrowsAsync<OperationCanceledException>(
            async () => await failing.DecideAsync(move, AdmissionPhase.Mutating, deadline));
        Assert.Equal((2, 2), (limiter.Entered, limiter.Left));
    }

    /// <summary>A lookup is a call to the API server: each tenant, each access review, and the CapsuleConfiguration.</summary>
    [Theory]
    [InlineData("oil | oil", "gas | oil", "", EnforcementMode.Enforce, 5)]
    [InlineData("oil | oil", "gas | oil", "override: INC-7", EnforcementMode.Enforce, 6)]
    [InlineData("oil | oil", "- | oil", "", EnforcementMode.Enforce, 2)]
    [InlineData("oil | oil", "oil | oil=mistyped", "", EnforcementMode.Enforce, 1)]
    [InlineData("oil | oil", "oil | -", "", EnforcementMode.Enforce, 2)]
    [InlineData("- | -", "gas | -", "", EnforcementMode.Enforce, 3)]
    [InlineData("oil | oil,coal,water", "gas | oil,coal,water", "", EnforcementMode.Enforce, 9)]
    [InlineData("oil | oil", "oil | oil,gas,coal", "", EnforcementMode.Audit, 4)]
    [InlineData("oil | oil", "gas | gas", "", EnforcementMode.Audit, 5)]
    public async Task As_many_are_entered_as_are_made_at_a_time(
        string stored, string received, string fieldManager, EnforcementMode mode, int lookups)
    {
        var (limiter, cluster) = (new Counted(), new FakeCluster().Live("water"));
        var request = new NamespaceRequest(User(), Ns(stored), Ns(received), "") { FieldManager = fieldManager };

        await DecideAsync(request, cluster, limiter, new GuardOptions { Mode = mode });

        Assert.Equal([lookups], limiter.Lookups);
        Assert.Equal(lookups, cluster.Asked.Count + (cluster.WasCapsuleRead ? 1 : 0));
    }

    /// <summary>The user of each access review is as long as two ordinary ones, so that it counts for three lookups.</summary>
    [Theory]
    [InlineData("oil | oil", "gas | oil", 9)]
    [InlineData("oil | oil", "- | oil", 4)]
    [InlineData("- | -", "ghost | -", 9)]
    public async Task The_access_reviews_of_a_large_user_count_several_times(string stored, string received, int lookups)
    {
        var limiter = new Counted();
        var large = new UserInfo("alice", new string('x', 8192), [], []);

        await DecideAsync(
            new NamespaceRequest(large, Ns(stored), Ns(received), ""), new FakeCluster(), limiter, new GuardOptions());

        Assert.Equal([lookups], limiter.Lookups);
    }

    [Fact]
    public async Task However_many_tenants_let_go_a_decision_asks_about_sixteen_at_a_time_and_about_each_once()
    {
        var names = Enumerable.Range(0, 1000).Select(each => $"oil-{each}").ToList();
        var (limiter, slow) = (new Counted(), new Slow());
        var engine = new Engine(new EngineDependencies(slow, _full, slow, TimeProvider.System) { Limiter = limiter }, new GuardOptions());
        using var deadline = new Deadline(TimeProvider.System, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        var verdict = await engine.DecideAsync(
            new NamespaceRequest(User(), Ns($"oil-0 | {string.Join(',', names)}"), Ns("- | -"), ""),
            AdmissionPhase.Validating,
            deadline);

        Assert.IsType<Verdict.Allow>(verdict);
        Assert.InRange(slow.MostTenants, 1, 16);
        Assert.InRange(slow.MostRights, 1, 16);
        Assert.Equal(names.Order(StringComparer.Ordinal), slow.Asked.Order(StringComparer.Ordinal));
        Assert.Equal([32], limiter.Lookups);
    }

    [Fact]
    public async Task What_is_asked_of_an_absent_target_takes_no_more_room_than_the_decision_has()
    {
        var (limiter, cluster) = (new Counted(), new FakeCluster());
        foreach (var near in new[] { "gas1", "gas2", "gas3", "gas4" })
        {
            cluster.Live(near);
        }

        await DecideAsync(
            new NamespaceRequest(User(), Old: null, Ns("gas9 | -"), ""), cluster, limiter, new GuardOptions { ExemptUsers = ["alice"] });

        Assert.Equal(3, cluster.Asked.Count(asked => asked.StartsWith("adopt", StringComparison.Ordinal)));
        Assert.Equal([3], limiter.Lookups);
    }

    private static async Task DecideAsync(NamespaceRequest request, FakeCluster cluster, ILookupLimiter limiter, GuardOptions options)
    {
        var engine = new Engine(new EngineDependencies(cluster, cluster, cluster, TimeProvider.System) { Limiter = limiter }, options);
        using var deadline = new Deadline(TimeProvider.System, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await engine.DecideAsync(request, AdmissionPhase.Mutating, deadline);
    }

    /// <summary>Grants everything about every tenant, one turn of the scheduler later, and counts who waits.</summary>
    private sealed class Slow : ITenants, IAuthorizer
    {
        private readonly Lock _lock = new();
        private int _tenants;
        private int _rights;

        public int MostTenants { get; private set; }

        public int MostRights { get; private set; }

        public List<string> Asked { get; } = [];

        public async Task<TenantLookup> FindAsync(string name, Deadline deadline)
        {
            lock (_lock)
            {
                Asked.Add(name);
                MostTenants = Math.Max(MostTenants, ++_tenants);
            }

            await Task.Yield();
            lock (_lock)
            {
                _tenants--;
            }

            return new TenantLookup.Found(new Tenant(name, $"{name}-uid"));
        }

        public Task<ImmutableArray<string>> NamesAsync(Deadline deadline) => Task.FromResult(ImmutableArray<string>.Empty);

        public async Task<Permission> AskAsync(UserInfo user, string verb, string tenant, Deadline deadline)
        {
            lock (_lock)
            {
                MostRights = Math.Max(MostRights, ++_rights);
            }

            await Task.Yield();
            lock (_lock)
            {
                _rights--;
            }

            return new Permission.Granted();
        }
    }

    private sealed class Counted : ILookupLimiter, IDisposable
    {
        public int Entered { get; private set; }

        public int Left { get; private set; }

        public List<int> Lookups { get; } = [];

        public IDisposable Enter(int lookups)
        {
            Entered++;
            Lookups.Add(lookups);
            return this;
        }

        public void Dispose() => Left++;
    }

    /// <summary>The caller hangs up while it looks.</summary>
    private sealed class Away : ITenants
    {
        public Task<TenantLookup> FindAsync(string name, Deadline deadline) =>
            Task.FromException<TenantLookup>(new OperationCanceledException());

        public Task<ImmutableArray<string>> NamesAsync(Deadline deadline) => Task.FromResult<ImmutableArray<string>>([]);
    }
}
