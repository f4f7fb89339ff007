using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using static AdmissionGuard.Core.Tests.Builders;
using static AdmissionGuard.Core.Tests.Deciding;

namespace AdmissionGuard.Core.Tests.Decisions;

/// <summary>The modes warn and audit let pass, as it came, what only a permission or a rule stands against.</summary>
public sealed class ModeTests
{
    private static readonly GuardOptions Warn = new() { Mode = EnforcementMode.Warn };
    private static readonly GuardOptions Audit = new() { Mode = EnforcementMode.Audit };

    private readonly FakeCluster _cluster = new();

    [Theory]
    [InlineData("gas | oil")]
    [InlineData("gas | gas")]
    [InlineData("- | oil")]
    [InlineData("- | -")]
    public async Task What_enforce_refuses_for_want_of_a_right_passes_as_it_came(string received)
    {
        foreach (var options in new[] { Warn, Audit })
        {
            foreach (var phase in new[] { AdmissionPhase.Mutating, AdmissionPhase.Validating })
            {
                var allow = Allowed(await _cluster.DecideAsync(Ns("oil | oil"), Ns(received), phase, options: options));

                Assert.True(allow.Completion.IsEmpty);
                Assert.StartsWith("alice may not", allow.Tolerated, StringComparison.Ordinal);
                Assert.Equal(options == Warn && phase is AdmissionPhase.Validating ? 1 : 0, allow.Warnings.Length);
            }
        }
    }

    [Fact]
    public async Task The_warning_says_what_enforce_would_say()
    {
        var allow = Allowed(await _cluster.Grant("release", "oil").Grant("adopt", "gas").Live(
            new Tenant("gas", UidOf("gas")) { IsCordoned = true })
            .DecideAsync(Ns("oil | oil"), Ns("gas | gas"), AdmissionPhase.Validating, options: Warn));

        Assert.StartsWith(
            "AdmissionGuard: mode enforce would refuse this: alice may not move namespace billing from tenant oil to gas: rule targetCordoned",
            Assert.Single(allow.Warnings),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_permitted_is_completed_as_ever()
    {
        _cluster.Grant("release", "oil").Grant("adopt", "gas");

        var allow = Allowed(await _cluster.DecideAsync(Ns("oil | oil"), Ns("gas | oil"), options: Audit));

        Assert.False(allow.Completion.IsEmpty);
        Assert.Equal("", allow.Tolerated);
        Denied(
            await _cluster.DecideAsync(Ns("oil | oil"), Ns("gas | oil"), AdmissionPhase.Validating, options: Audit),
            DenyReason.Unavailable);
        Denied(
            await _cluster.DecideAsync(Ns("oil | oil"), Ns("gas | gas=stale"), AdmissionPhase.Validating, options: Audit),
            DenyReason.Conflict);
    }

    [Theory]
    [InlineData("gas | gas=mistyped", "adopt", "gas", DenyReason.Conflict)]
    [InlineData("gas | oil=mistyped", "release", "oil", DenyReason.Conflict)]
    [InlineData("gas | gas=", "adopt", "gas", DenyReason.Conflict)]
    [InlineData("coal | gas=mistyped", "adopt", "gas", DenyReason.Conflict)]
    [InlineData("ghost | oil", "adopt", "ghost", DenyReason.Invalid)]
    [InlineData("ghost | oil", "get", "ghost", DenyReason.Invalid)]
    [InlineData("coal | ghost", "adopt", "ghost", DenyReason.Invalid)]
    [InlineData("coal | ghost", "get", "ghost", DenyReason.Invalid)]
    [InlineData("dying | oil", "adopt", "dying", DenyReason.Forbidden)]
    [InlineData("dying | dying", "adopt", "dying", DenyReason.Forbidden)]
    [InlineData("silent | oil", "adopt", "silent", DenyReason.Unavailable)]
    [InlineData("- | gas/x", "adopt", "gas", DenyReason.Invalid)]
    public async Task What_could_cost_the_namespace_or_was_not_found_out_is_refused_in_every_mode(
        string received, string verb, string on, DenyReason reason)
    {
        _cluster.Grant(verb, on)
            .Live("dying", terminating: true)
            .Says("silent", new TenantLookup.Unknown(new ApiFailure(ApiFailureKind.TimedOut)));

        foreach (var options in new[] { Warn, Audit })
        {
            foreach (var phase in new[] { AdmissionPhase.Mutating, AdmissionPhase.Validating })
            {
                var deny = Denied(await _cluster.DecideAsync(Ns("oil | oil"), Ns(received), phase, options: options), reason);

                Assert.DoesNotContain("refused in every mode", deny.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task An_access_review_that_fails_hides_what_it_would_have_shown_and_is_retryable()
    {
        _cluster.Says("alice", "adopt", "gas", new Permission.Unknown(new ApiFailure(ApiFailureKind.Unreachable)));

        var verdict = await _cluster.DecideAsync(Ns("oil | oil"), Ns("gas | gas=mistyped"), options: Audit);
        var deny = Denied(verdict, DenyReason.Unavailable);

        Assert.Contains("the access review for \"adopt\" on tenant \"gas\" failed", deny.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("uid", deny.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_access_review_about_a_tenant_that_is_being_deleted_refuses_in_every_mode()
    {
        _cluster.Live("gas", terminating: true)
            .Says("alice", "adopt", "gas", new Permission.Unknown(new ApiFailure(ApiFailureKind.Unreachable)));

        foreach (var options in new[] { Warn, Audit })
        {
            Denied(await _cluster.DecideAsync(Ns("oil | oil"), Ns("gas | oil"), options: options), DenyReason.Unavailable);
        }
    }

    [Theory]
    [InlineData("gas | coal", true)]
    [InlineData("oil | oil,gas", true)]
    [InlineData("oil | oil,gas=mistyped", false)]
    [InlineData("oil | oil,ghost", false)]
    [InlineData("oil | oil,../x=u", false)]
    public async Task What_contradicts_itself_passes_as_it_came_where_every_new_reference_is_live(string received, bool passes)
    {
        var verdict = await _cluster.DecideAsync(Ns("oil | oil"), Ns(received), AdmissionPhase.Validating, options: Audit);

        Assert.Equal(passes, verdict is Verdict.Allow { Completion.IsEmpty: true, Tolerated.Length: > 0 });
    }

    [Theory]
    [InlineData("gas | gas", true)]
    [InlineData("gas | gas=mistyped", false)]
    public async Task What_is_created_passes_as_it_came_where_its_reference_is_live(string received, bool passes) =>
        Assert.Equal(passes, await _cluster.DecideAsync(null, Ns(received), options: Audit) is Verdict.Allow { Tolerated.Length: > 0 });

    [Fact]
    public async Task A_reference_that_stands_as_stored_is_no_new_one() =>
        Allowed(await _cluster.Gone("coal").DecideAsync(Ns("oil | oil,coal"), Ns("gas | oil,coal"), options: Audit));

    [Fact]
    public async Task Sub_resources_dying_namespaces_and_siblings_are_as_in_enforce()
    {
        var (stored, received) = (Ns("oil | oil"), Ns("gas | gas"));

        Denied(
            await _cluster.DecideAsync(stored, received, AdmissionPhase.Validating, subResource: "status", options: Audit),
            DenyReason.Forbidden);
        Denied(
            await _cluster.DecideAsync(stored with { IsTerminating = true }, received with { IsTerminating = true }, options: Audit),
            DenyReason.Forbidden);
        Denied(
            await _cluster.DecideAsync(
                null, stored with { SiblingReferences = [new SameGroupOwnerReference("ResourcePool", "x", "u1")] }, options: Audit),
            DenyReason.Invalid);
        Denied(
            await _cluster.DecideAsync(
                stored, stored with { SiblingReferences = [new SameGroupOwnerReference("ResourcePool", "x", "u1")] }, options: Audit),
            DenyReason.Invalid);
    }

    [Fact]
    public async Task An_unanswered_access_review_is_no_more_than_a_missing_right()
    {
        var verdict = await _cluster.Says("alice", "release", "oil", new Permission.Unknown(new ApiFailure(ApiFailureKind.Unreachable)))
            .DecideAsync(Ns("oil | oil"), Ns("- | -"), options: Audit);

        Assert.Contains("access review", Allowed(verdict).Tolerated, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_CapsuleConfiguration_that_can_not_be_read_holds_every_way_in_up_in_every_mode()
    {
        _cluster.Grant("release", "oil").Grant("adopt", "gas").Capsule = new CapsuleLookup.Unknown(ApiFailure.Answered(500));

        foreach (var options in new[] { new GuardOptions(), Warn, Audit })
        {
            foreach (var (stored, received) in new[] { ("oil | oil", "gas | oil"), ("oil | oil", "gas | gas"), ("- | -", "gas | -") })
            {
                var deny = Denied(await _cluster.DecideAsync(Ns(stored), Ns(received), options: options), DenyReason.Unavailable);

                Assert.Contains(
                    "the CapsuleConfiguration could not be read (the API server answered 500)", deny.Message, StringComparison.Ordinal);
            }

            Allowed(await _cluster.DecideAsync(Ns("oil | oil"), Ns("- | -"), options: options));
        }
    }

    [Fact]
    public async Task More_than_eight_newly_named_tenants_are_refused_in_every_mode_without_a_lookup()
    {
        var (eight, nine) = (Named(8), Named(9));

        foreach (var options in new[] { new GuardOptions(), Warn, Audit })
        {
            foreach (var stored in new[] { null, Ns("oil | oil") })
            {
                var cluster = new FakeCluster();
                var deny = Denied(await cluster.DecideAsync(stored, Namespace("oil", nine), options: options), DenyReason.Invalid);

                Assert.Empty(cluster.Asked);
                Assert.True(deny.Message.Length < 512, deny.Message);
            }
        }

        var most = eight.Aggregate(new FakeCluster(), (all, tenant) => all.Live(tenant));
        Allowed(await most.DecideAsync(Ns("oil | oil"), Namespace("oil", ["oil", .. eight]), options: Audit));
        Assert.Equal(8, most.Asked.Count(asked => asked.StartsWith("get ", StringComparison.Ordinal)));

        static string[] Named(int count) => [.. Enumerable.Range(0, count).Select(each => $"tenant-{each}")];
    }

    [Fact]
    public async Task Only_what_always_stands_against_it_is_told_where_the_rest_would_pass()
    {
        var deny = Denied(
            await _cluster.Grant("get", "ghost").DecideAsync(Ns("oil | oil"), Ns("ghost | oil"), options: Audit), DenyReason.Invalid);

        Assert.DoesNotContain("needs", deny.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_enforce_nothing_more_is_looked_up_than_a_decision_takes()
    {
        await _cluster.DecideAsync(Ns("oil | oil"), Ns("gas | gas"));

        Assert.Equal(["get oil", "get gas"], _cluster.Asked.Where(asked => asked.StartsWith("get", StringComparison.Ordinal)));
    }
}
