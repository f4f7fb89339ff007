using System.Collections.Immutable;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Policies;
using static AdmissionGuard.Core.Tests.Builders;
using static AdmissionGuard.Core.Tests.Deciding;

namespace AdmissionGuard.Core.Tests.Decisions;

/// <summary>Who comes when too many look-ups are under way.</summary>
public sealed class LookupGateTests
{
    private readonly FakeCluster _full = new FakeCluster().Grant("release", "oil").Grant("adopt", "gas").Full();

    [Theory]
    [InlineData(EnforcementMode.Enforce)]
    [InlineData(EnforcementMode.Warn)]
    [InlineData(EnforcementMode.Audit)]
    public async Task What_needs_a_look_up_is_sent_back_in_every_mode_and_asks_nothing(EnforcementMode mode)
    {
        var deny = Denied(await _full.DecideAsync(Marks("oil | oil"), Marks("gas | oil"), options: new GuardOptions { Mode = mode }), DenyReason.Busy);

        Assert.Equal("alice can't move namespace billing from tenant oil to gas now: too many look-ups are under way; try again in a second", deny.Message);
        Assert.Empty(_full.Asked);
    }

    [Theory]
    [InlineData("oil | oil", "oil | oil")]
    [InlineData("oil | -", "oil | -")]
    [InlineData("oil | gas", "oil | gas")]
    public async Task An_unrelated_edit_passes(string old, string received) =>
        Allowed(await _full.DecideAsync(Marks(old), Marks(received), AdmissionPhase.Validating));

    [Fact]
    public async Task What_is_refused_without_a_look_up_still_is()
    {
        Denied(await _full.DecideAsync(Marks("oil | oil"), Marks("No_Tenant | oil")), DenyReason.Invalid);
        Denied(await _full.DecideAsync(Marks("oil | oil"), Marks("gas | oil"), AdmissionPhase.Validating, subResource: "status"), DenyReason.Forbidden);
        Denied(await _full.DecideAsync(Marks("oil | oil") with { IsTerminating = true }, Marks("gas | oil") with { IsTerminating = true }), DenyReason.Forbidden);
    }

    [Fact]
    public async Task A_change_that_concerns_no_tenant_that_can_be_asked_about_passes()
    {
        var options = new GuardOptions { ExemptUsers = ["alice"] };

        Allowed(await _full.DecideAsync(Marks("No_Tenant | -"), Marks("- | -"), AdmissionPhase.Validating, options: options));
    }

    [Fact]
    public async Task The_gate_is_entered_once_a_decision_and_left_when_the_look_ups_are_over_however_they_end()
    {
        var gate = new Counted();
        var away = new Away();
        var engine = new Engine(new Ports(_full, _full, _full, TimeProvider.System) { Gate = gate }, new GuardOptions());
        var failing = new Engine(new Ports(away, _full, _full, TimeProvider.System) { Gate = gate }, new GuardOptions());
        var move = new NamespaceRequest(User(), Marks("oil | oil"), Marks("gas | oil"), "");
        using var deadline = new Deadline(TimeProvider.System, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        await engine.DecideAsync(move, AdmissionPhase.Mutating, deadline);
        Assert.Equal((1, 1), (gate.Entered, gate.Left));

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await failing.DecideAsync(move, AdmissionPhase.Mutating, deadline));
        Assert.Equal((2, 2), (gate.Entered, gate.Left));
    }

    private sealed class Counted : ILookupGate, IDisposable
    {
        public int Entered { get; private set; }

        public int Left { get; private set; }

        public IDisposable Enter()
        {
            Entered++;
            return this;
        }

        public void Dispose() => Left++;
    }

    /// <summary>The caller hangs up while it looks.</summary>
    private sealed class Away : ITenants
    {
        public Task<TenantLookup> FindAsync(string name, Deadline deadline) => Task.FromException<TenantLookup>(new OperationCanceledException());

        public Task<ImmutableArray<string>> NamesAsync(Deadline deadline) => Task.FromResult<ImmutableArray<string>>([]);
    }
}
