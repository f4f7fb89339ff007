using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Transitions;
using static AdmissionGuard.Core.Tests.Builders;
using static AdmissionGuard.Core.Tests.Deciding;

namespace AdmissionGuard.Core.Tests.Decisions;

/// <summary>Updates by the tenants' own controllers, whose stale writes are no moves.</summary>
public sealed class TenantControllerTests
{
    private const string Capsule = "system:serviceaccount:capsule-system:capsule";

    private readonly FakeCluster _cluster = new();

    [Theory]
    [InlineData("gas | gas", "oil | gas")]
    [InlineData("gas | gas", "oil | -")]
    [InlineData("gas | gas", "oil | oil,gas")]
    [InlineData("gas | gas", "- | oil")]
    [InlineData("gas | gas", "gas | oil")]
    [InlineData("gas | gas", "oil | oil=stale")]
    [InlineData("gas | gas", "oil | oil=")]
    [InlineData("gas | gas", "oil | oil=oil-uid-0000@v1beta1")]
    [InlineData("gas | gas", "ghost | gas")]
    [InlineData("gas | gas", "ghost | ghost=any")]
    [InlineData("gas | gas", "dying | dying")]
    public async Task A_migration_that_does_not_name_one_live_tenant_in_both_is_a_conflict_in_every_mode_and_both_webhooks(
        string stored, string received)
    {
        Grant(Capsule).Live("dying", terminating: true);

        foreach (var mode in Enum.GetValues<EnforcementMode>())
        {
            foreach (var phase in Enum.GetValues<AdmissionPhase>())
            {
                var deny = Denied(await DecideAsync(stored, received, phase, new GuardOptions { Mode = mode }), DenyReason.Conflict);

                Assert.Contains("tenant.controllers", deny.Message, StringComparison.Ordinal);
                Assert.EndsWith("; try again", deny.Message, StringComparison.Ordinal);
                Assert.Equal(TransitionKind.Migrate, deny.Transition.Kind);
            }
        }
    }

    [Fact]
    public async Task It_is_a_conflict_without_any_verb_too_so_that_the_controller_reads_again() =>
        Denied(await DecideAsync("gas | gas", "oil | gas"), DenyReason.Conflict);

    [Fact]
    public async Task An_exempt_controller_is_bound_all_the_same() =>
        Denied(await DecideAsync("gas | gas", "oil | gas", options: new GuardOptions { ExemptUsers = [Capsule] }), DenyReason.Conflict);

    [Fact]
    public async Task One_that_names_a_live_tenant_in_both_is_decided_as_anybodys()
    {
        Denied(await DecideAsync("oil | oil", "gas | gas"), DenyReason.Forbidden);

        Grant(Capsule);

        foreach (var phase in Enum.GetValues<AdmissionPhase>())
        {
            Assert.True(Allowed(await DecideAsync("oil | oil", "gas | gas", phase)).Completion.IsEmpty);
        }
    }

    [Theory]
    [InlineData(null, "gas | -", TransitionKind.Adopt)]
    [InlineData("- | -", "gas | -", TransitionKind.Adopt)]
    [InlineData("oil | -", "gas | -", TransitionKind.Adopt)]
    [InlineData("oil | oil", "- | oil", TransitionKind.Release)]
    [InlineData("gas | oil", "oil | oil", TransitionKind.Repair)]
    [InlineData("oil | oil", "oil | -", TransitionKind.Repair)]
    [InlineData("oil | oil", "oil | oil=stale", TransitionKind.Repair)]
    public async Task Creations_adoptions_releases_and_repairs_are_completed_as_anybodys(
        string? stored, string received, TransitionKind kind)
    {
        Grant(Capsule);

        var allow = Allowed(await DecideAsync(stored, received));

        Assert.Equal(kind, allow.Transition.Kind);
        Assert.Equal(received == "oil | oil", allow.Completion.IsEmpty);
    }

    [Theory]
    [InlineData(null, "gas | -")]
    [InlineData("- | -", "gas | -")]
    [InlineData("oil | oil", "- | oil")]
    public async Task The_list_grants_nothing(string? stored, string received) =>
        Denied(await DecideAsync(stored, received), DenyReason.Forbidden);

    [Fact]
    public async Task A_reference_to_a_tenant_that_is_gone_is_taken_off_as_by_anybody()
    {
        _cluster.Gone("gas");

        Assert.Equal(TransitionKind.Repair, Allowed(await DecideAsync("gas | oil,gas", "oil | oil,gas")).Transition.Kind);
    }

    [Fact]
    public async Task A_tenant_that_could_not_be_looked_up_is_retryable()
    {
        _cluster.Says("oil", new TenantLookup.Unknown(new ApiFailure(ApiFailureKind.TimedOut)));

        Denied(await DecideAsync("gas | gas", "oil | gas"), DenyReason.Unavailable);
    }

    [Fact]
    public async Task Where_tenants_are_not_served_reading_again_is_no_help()
    {
        _cluster.Says("oil", new TenantLookup.NotServed()).Says("gas", new TenantLookup.NotServed());

        Denied(await Grant(Capsule).DecideAsync(Ns("gas | gas"), Ns("oil | gas"), user: User(Capsule)), DenyReason.Invalid);
    }

    [Theory]
    [InlineData("system:serviceaccount:capsule-system:capsul", false)]
    [InlineData("SYSTEM:serviceaccount:capsule-system:capsule", false)]
    [InlineData("system:serviceaccount:tenancy:controller", true)]
    [InlineData("controller", true)]
    public async Task The_names_are_exact(string user, bool isRefused)
    {
        var options = new GuardOptions { TenantControllers = [Capsule, "system:serviceaccount:tenancy:controller", "controller"] };

        var verdict = await Grant(user).DecideAsync(Ns("gas | gas"), Ns("oil | gas"), user: User(user), options: options);

        Assert.Equal(isRefused, verdict is Verdict.Deny { Reason: DenyReason.Conflict });
        Assert.Equal(!isRefused, verdict is Verdict.Allow);
    }

    [Fact]
    public async Task With_an_empty_list_it_is_anybody()
    {
        Grant(Capsule);

        Allowed(await DecideAsync("gas | gas", "oil | gas", options: new GuardOptions { TenantControllers = [] }));
    }

    private FakeCluster Grant(string user)
    {
        foreach (var tenant in new[] { "oil", "gas", "ghost", "dying" })
        {
            _cluster.Grant("release", tenant, user).Grant("adopt", tenant, user);
        }

        return _cluster;
    }

    private Task<Verdict> DecideAsync(
        string? stored, string received, AdmissionPhase phase = AdmissionPhase.Mutating, GuardOptions? options = null) =>
        _cluster.DecideAsync(stored is null ? null : Ns(stored), Ns(received), phase, User(Capsule), options: options);
}
