using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Requests;
using static AdmissionGuard.Core.Tests.Builders;
using static AdmissionGuard.Core.Tests.Deciding;

namespace AdmissionGuard.Core.Tests.Decisions;

/// <summary>Break-glass: overrides rules, and nothing else.</summary>
public sealed class OverrideTests
{
    private const string Why = "override: INC-7, on fire";

    private readonly FakeCluster _cluster = new FakeCluster()
        .Grant("release", "oil").Grant("adopt", "gas")
        .Live(new Tenant("gas", UidOf("gas")) { IsCordoned = true, ForcesPrefix = true });

    [Fact]
    public async Task With_the_verb_and_a_reason_it_lifts_the_rules_and_is_warned_of()
    {
        _cluster.Grant("override", "gas");

        var mutated = Allowed(await MoveAsync(Why));
        var validated = Allowed(await MoveAsync(Why, AdmissionPhase.Validating));

        Assert.False(mutated.Completion.IsEmpty);
        Assert.Equal(["targetCordoned", "tenantPrefix"], mutated.Overridden);
        Assert.Equal(["targetCordoned", "tenantPrefix"], validated.Overridden);
        Assert.Equal("AdmissionGuard: alice overrides targetCordoned, tenantPrefix: INC-7, on fire", validated.Warnings[1]);
        Assert.Equal("INC-7, on fire", validated.ChangeReason.Override);
    }

    [Fact]
    public async Task Without_the_verb_the_rules_hold_and_the_verb_is_named()
    {
        var message = Denied(await MoveAsync(Why), DenyReason.Forbidden).Message;

        Assert.Contains("rule targetCordoned", message, StringComparison.Ordinal);
        Assert.EndsWith("needs \"override\" on tenants.capsule.clastix.io \"gas\"", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_being_asked_for_it_the_verb_alone_lifts_nothing()
    {
        var message = Denied(
            await _cluster.Grant("override", "gas").DecideAsync(Ns("oil | oil"), Ns("gas | oil")), DenyReason.Forbidden).Message;

        Assert.DoesNotContain("override", message, StringComparison.Ordinal);
        Assert.DoesNotContain("override gas", _cluster.Asked);
    }

    [Fact]
    public async Task An_access_review_for_it_that_fails_is_retryable() =>
        Denied(
            await MoveAsync(
                Why,
                cluster: _cluster.Says("alice", "override", "gas", new Permission.Unknown(new ApiFailure(ApiFailureKind.Unreachable)))),
            DenyReason.Unavailable);

    [Fact]
    public async Task It_lifts_no_missing_right_and_no_dying_tenant()
    {
        _cluster.Grant("override", "gas", "bob").Grant("override", "gas");

        var right = Denied(await MoveAsync(Why, user: "bob"), DenyReason.Forbidden).Message;
        var dying = Denied(await MoveAsync(Why, cluster: _cluster.Live("gas", terminating: true)), DenyReason.Forbidden).Message;

        Assert.Contains("needs \"release\"", right, StringComparison.Ordinal);
        Assert.DoesNotContain("rule ", right, StringComparison.Ordinal);
        Assert.Contains("is being deleted", dying, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_for_a_missing_right_does_not_list_the_rules_that_are_lifted()
    {
        var cluster = _cluster.Grant("override", "gas").Says("alice", "release", "oil", new Permission.Missing());

        var deny = Denied(await MoveAsync(Why, cluster: cluster), DenyReason.Forbidden);

        Assert.Equal(["needs \"release\" on tenants.capsule.clastix.io \"oil\""], deny.Reasons);
        Assert.Empty(deny.Rules);
    }

    [Theory]
    [InlineData("INC-7", "")]
    [InlineData("INC-7", "  ")]
    public async Task To_remove_the_annotation_does_not_ask_for_it(string old, string now)
    {
        var stored = Ns("oil | oil") with { ChangeReason = new("", old) };

        Denied(
            await _cluster.Grant("override", "gas").DecideAsync(stored, Ns("gas | oil") with { ChangeReason = new("", now) }),
            DenyReason.Forbidden);
        Denied(await _cluster.DecideAsync(stored, Ns("gas | oil")), DenyReason.Forbidden);
    }

    [Fact]
    public async Task An_annotation_asks_for_it_only_when_the_request_changes_it()
    {
        _cluster.Grant("override", "gas");
        var (stored, received) = (Ns("oil | oil"), Ns("gas | oil"));

        Allowed(await _cluster.DecideAsync(stored, received with { ChangeReason = new("", "INC-7") }));
        Denied(
            await _cluster.DecideAsync(stored with { ChangeReason = new("", "INC-7") }, received with { ChangeReason = new("", "INC-7") }),
            DenyReason.Forbidden);
    }

    [Theory]
    [InlineData(AdmissionPhase.Mutating, "INC-7")]
    [InlineData(AdmissionPhase.Validating, "")]
    public async Task Beside_a_target_that_removes_annotations_only_the_field_manager_asks_for_it(AdmissionPhase phase, string annotation)
    {
        _cluster.Grant("override", "gas")
            .Live(new Tenant("gas", UidOf("gas")) { IsCordoned = true, Managed = new() { RemovesOthers = true } });
        var received = Ns(phase is AdmissionPhase.Mutating ? "gas | oil" : "gas | gas") with { ChangeReason = new("", annotation) };

        var denied = Denied(await _cluster.DecideAsync(Ns("oil | oil"), received, phase), DenyReason.Forbidden);
        var allowed = Allowed(await _cluster.DecideAsync(Ns("oil | oil"), received, phase, fieldManager: "override: INC-8"));

        Assert.Contains("rule targetCordoned", denied.Message, StringComparison.Ordinal);
        var isAdvised = denied.Message.Contains("add --field-manager='override: WHY' to the kubectl command", StringComparison.Ordinal);
        Assert.Equal(annotation.Length > 0, isAdvised);
        Assert.DoesNotContain("admissionguard.io/override", denied.Message, StringComparison.Ordinal);
        Assert.Equal(["targetCordoned"], allowed.Overridden);
        if (phase is AdmissionPhase.Validating)
        {
            Assert.Equal("AdmissionGuard: alice overrides targetCordoned: INC-8", allowed.Warnings[1]);
        }
    }

    [Fact]
    public async Task Who_lacks_the_right_on_such_a_target_is_not_told_of_it()
    {
        var cluster = new FakeCluster().Grant("release", "oil")
            .Live(new Tenant("oil", UidOf("oil")) { IsCordoned = true })
            .Live(new Tenant("gas", UidOf("gas")) { Managed = new() { RemovesOthers = true } });

        var verdict = await cluster.DecideAsync(Ns("oil | oil"), Ns("gas | oil") with { ChangeReason = new("", "INC-7") });

        var message = Denied(verdict, DenyReason.Forbidden).Message;
        Assert.Contains("rule sourceCordoned", message, StringComparison.Ordinal);
        Assert.DoesNotContain("managedMetadataOnly", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tenant_that_is_left_removes_no_annotation_of_the_namespace_that_leaves()
    {
        var cluster = new FakeCluster().Grant("release", "oil").Grant("override", "oil")
            .Live(new Tenant("oil", UidOf("oil")) { IsCordoned = true, Managed = new() { RemovesOthers = true } });

        var verdict = await cluster.DecideAsync(Ns("oil | oil"), Ns("- | oil") with { ChangeReason = new("", "INC-7") });

        Assert.Equal(["sourceCordoned"], Allowed(verdict).Overridden);
    }

    [Fact]
    public async Task On_a_release_the_verb_is_asked_on_the_tenant_that_is_left()
    {
        _cluster.Live(new Tenant("oil", UidOf("oil")) { IsCordoned = true });

        Denied(await _cluster.DecideAsync(Ns("oil | oil"), Ns("- | -"), fieldManager: Why), DenyReason.Forbidden);
        Assert.Equal(
            ["sourceCordoned"],
            Allowed(await _cluster.Grant("override", "oil").DecideAsync(Ns("oil | oil"), Ns("- | -"), fieldManager: Why)).Overridden);
    }

    [Fact]
    public async Task Where_no_rule_is_broken_nothing_is_lifted_and_nothing_said()
    {
        var cluster = new FakeCluster().Grant("release", "oil").Grant("adopt", "gas");

        var allow = Allowed(await MoveAsync(Why, AdmissionPhase.Validating, cluster: cluster));

        Assert.Empty(allow.Overridden);
        Assert.Single(allow.Warnings);
    }

    [Fact]
    public async Task A_rule_that_only_warns_is_not_lifted()
    {
        var options = new GuardOptions
        {
            Policy = new PolicyOptions { Modes = new PolicyOptions().Modes.Add("targetCordoned", RuleMode.Warn) },
        };

        var allow = Allowed(
            await _cluster.Grant("override", "gas")
                .DecideAsync(Ns("oil | oil"), Ns("gas | oil"), options: options, fieldManager: Why));

        Assert.Equal(["tenantPrefix"], allow.Overridden);
        Assert.Equal(["targetCordoned"], allow.Warned);
    }

    [Fact]
    public async Task An_exempt_user_needs_this_verb_as_everybody_does_and_neither_of_the_others()
    {
        var options = new GuardOptions { ExemptUsers = ["root"] };
        Task<Verdict> MoveAsync() => _cluster.DecideAsync(
            Ns("oil | oil"), Ns("gas | oil"), user: User("root"), options: options, fieldManager: Why);

        var message = Denied(await MoveAsync(), DenyReason.Forbidden).Message;
        _cluster.Grant("override", "gas", "root");

        Assert.Contains("rule targetCordoned", message, StringComparison.Ordinal);
        Assert.EndsWith("needs \"override\" on tenants.capsule.clastix.io \"gas\"", message, StringComparison.Ordinal);
        Assert.Equal(["targetCordoned", "tenantPrefix"], Allowed(await MoveAsync()).Overridden);
        Assert.DoesNotContain(_cluster.Asked, asked => asked is "release oil" or "adopt gas");
    }

    [Fact]
    public async Task An_exempt_users_release_that_turns_out_to_be_one_takes_the_verb_on_the_tenant_that_is_left()
    {
        var cluster = new FakeCluster().Live("oil", terminating: true).Live(new Tenant("gas", UidOf("gas")) { IsCordoned = true });
        var options = new GuardOptions { ExemptUsers = ["root"] };
        Task<Verdict> ReleaseAsync() => cluster.DecideAsync(
            Ns("oil | oil,gas"), Ns("oil | -"), user: User("root"), options: options, fieldManager: Why);

        Denied(await ReleaseAsync(), DenyReason.Forbidden);
        cluster.Grant("override", "gas", "root").Grant("override", "oil", "root");
        Assert.Equal(["sourceCordoned"], Allowed(await ReleaseAsync()).Overridden);
    }

    private Task<Verdict> MoveAsync(
        string fieldManager, AdmissionPhase phase = AdmissionPhase.Mutating, string user = "alice", FakeCluster? cluster = null) =>
        (cluster ?? _cluster).DecideAsync(
            Ns("oil | oil"),
            Ns(phase is AdmissionPhase.Mutating ? "gas | oil" : "gas | gas"),
            phase,
            User(user),
            fieldManager: fieldManager);
}
