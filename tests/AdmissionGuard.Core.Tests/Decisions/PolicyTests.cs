using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Transitions;
using static AdmissionGuard.Core.Tests.Builders;
using static AdmissionGuard.Core.Tests.Deciding;

namespace AdmissionGuard.Core.Tests.Decisions;

/// <summary>Which rules are asked when, and what a broken one comes to.</summary>
public sealed class PolicyTests
{
    private readonly FakeCluster _cluster = new FakeCluster().Grant("release", "oil").Grant("adopt", "gas");

    [Fact]
    public async Task A_broken_rule_refuses_and_says_who_what_which_rule_and_what_to_do()
    {
        Cordon("gas");

        Assert.Equal(
            "alice may not move namespace billing from tenant oil to gas: rule targetCordoned: tenant \"gas\" is cordoned and accepts no namespaces; uncordon it first (spec.cordoned)",
            Denied(await MoveAsync(), DenyReason.Forbidden).Message);
    }

    [Fact]
    public async Task All_broken_rules_are_named()
    {
        Cordon("oil").Live(Tenant("gas") with { IsCordoned = true, ForcesPrefix = true });

        var deny = Denied(await MoveAsync(), DenyReason.Forbidden);

        Assert.Equal(["sourceCordoned", "targetCordoned", "tenantPrefix"], deny.Rules);
        foreach (var rule in new[] { "sourceCordoned", "targetCordoned", "tenantPrefix" })
        {
            Assert.Contains($"rule {rule}: ", deny.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_missing_rights_are_named_with_the_broken_rules_of_other_tenants()
    {
        Cordon("oil").Live(Tenant("gas") with { IsCordoned = true }).Grant("adopt", "gas", "bob");

        var deny = Denied(await MoveAsync(user: "bob"), DenyReason.Forbidden);

        Assert.Equal(["targetCordoned"], deny.Rules);
        Assert.StartsWith(
            "bob may not move namespace billing from tenant oil to gas: needs \"release\"", deny.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_that_warns_has_the_request_completed_and_its_person_warned_by_the_validator()
    {
        Cordon("gas");
        var options = With("targetCordoned", RuleMode.Warn);

        var mutated = Allowed(await MoveAsync(options: options));
        var validated = Allowed(await MoveAsync(AdmissionPhase.Validating, options: options));

        Assert.False(mutated.Completion.IsEmpty);
        Assert.Empty(mutated.Warnings);
        Assert.Equal(["targetCordoned"], validated.Warned);
        Assert.Equal(
            "AdmissionGuard: rule targetCordoned (warns only): tenant \"gas\" is cordoned and accepts no namespaces; uncordon it first (spec.cordoned)",
            validated.Warnings[1]);
    }

    [Fact]
    public async Task A_rule_that_is_off_is_not_asked()
    {
        Cordon("gas");

        Assert.Empty(Allowed(await MoveAsync(options: With("targetCordoned", RuleMode.Off))).Warned);
    }

    // Which rule is asked: of a change, of an entry, of every entry.
    [Theory]
    [InlineData("oil | oil", "gas | oil", "sourceCordoned,targetCordoned,protectedNamespaces")]
    [InlineData("oil | oil", "- | oil", "sourceCordoned")]
    [InlineData("- | -", "gas | -", "targetCordoned,protectedNamespaces")]
    [InlineData("oil | oil", "oil | oil=mistyped", "")]
    [InlineData("oil | oil", "oil | -", "")]
    [InlineData("- | gas", "gas | gas", "")]
    public async Task Rules_are_asked_by_what_happens_to_the_namespace(string stored, string received, string rules)
    {
        Cordon("oil");
        Cordon("gas");

        var verdict = await _cluster.DecideAsync(Ns(stored) with { Name = "kube-x" }, Ns(received) with { Name = "kube-x" });

        Assert.Equal(rules, RulesIn(verdict));
    }

    [Theory]
    [InlineData("alice", "targetCordoned,protectedNamespaces")]
    [InlineData("owner", "protectedNamespaces")]
    public async Task A_creation_meets_the_rules_of_entry_and_an_owners_the_protected_names_alone(string user, string rules)
    {
        _cluster.Live(
            Tenant("gas") with
            {
                IsCordoned = true,
                NamespaceQuota = 1,
                NamespaceCount = 1,
                ForcesPrefix = null,
                Owners = [new("User", "owner")],
            });
        var options = new GuardOptions
        {
            Policy = new PolicyOptions
            {
                Modes = new PolicyOptions().Modes.Add("reasonGiven", RuleMode.Enforce).Add("namespaceQuota", RuleMode.Off),
                MaintenanceWindows = [MaintenanceWindow.Parse("0 3 * * * for 1h in UTC")],
            },
        };

        var verdict = await _cluster.DecideAsync(null, Ns("gas | -") with { Name = "kube-x" }, user: User(user), options: options);

        Assert.Equal(rules, RulesIn(verdict));
    }

    [Fact]
    public async Task What_the_garbage_collector_orphans_meets_no_rule()
    {
        _cluster.Live(Tenant("oil") with { IsTerminating = true, IsCordoned = true });
        var options = With("reasonGiven", RuleMode.Enforce);

        Assert.Equal(
            TransitionKind.Release,
            Allowed(await _cluster.DecideAsync(Ns("oil | oil"), Ns("oil | -"), options: options)).Transition.Kind);
        // The validator sees what the mutator made of it.
        Allowed(await _cluster.DecideAsync(Ns("oil | oil"), Ns("- | -"), AdmissionPhase.Validating, options: options));
        Allowed(await _cluster.Gone("oil").DecideAsync(Ns("oil | oil"), Ns("- | -"), AdmissionPhase.Validating, options: options));
        Assert.Equal("reasonGiven", RulesIn(await _cluster.Live("oil").DecideAsync(Ns("oil | oil"), Ns("- | -"), options: options)));
        Assert.Equal(
            "reasonGiven",
            RulesIn(
                await _cluster.Live("oil", terminating: true)
                    .Grant("release", "coal")
                    .DecideAsync(Ns("oil | oil,coal"), Ns("- | -"), options: options)));
    }

    [Fact]
    public async Task A_changed_reason_and_a_field_manager_reach_the_rule_and_the_verdict()
    {
        var options = With("reasonGiven", RuleMode.Enforce);

        Denied(await MoveAsync(options: options), DenyReason.Forbidden);
        Assert.Equal("CHG-1", Allowed(await MoveAsync(options: options, fieldManager: "reason: CHG-1")).ChangeReason.Reason);
        Assert.Equal(
            "CHG-2",
            Allowed(
                await _cluster.DecideAsync(
                    Ns("oil | oil"),
                    Ns("gas | oil") with { ChangeReason = new("CHG-2", "") },
                    options: options)).ChangeReason.Reason);
    }

    [Fact]
    public async Task Windows_are_looked_at_with_the_clock_of_the_decision()
    {
        var options = new GuardOptions
        {
            Policy = new PolicyOptions { MaintenanceWindows = [MaintenanceWindow.Parse("0 13 * * * for 1h in UTC")] },
        };

        Denied(await MoveAsync(options: options), DenyReason.Forbidden);
        _cluster.Clock.Advance(TimeSpan.FromHours(1));
        Allowed(await MoveAsync(options: options));
    }

    [Fact]
    public async Task The_CapsuleConfiguration_is_asked_on_the_way_in_and_an_unanswered_question_is_retryable()
    {
        _cluster.Capsule = new CapsuleLookup.Unknown(new ApiFailure(ApiFailureKind.TimedOut));

        Assert.Contains(
            "the CapsuleConfiguration could not be read (the API server did not answer in time)",
            Denied(await MoveAsync(), DenyReason.Unavailable).Message,
            StringComparison.Ordinal);
        Allowed(await _cluster.DecideAsync(Ns("oil | oil"), Ns("- | -")));
        Allowed(await _cluster.DecideAsync(Ns("oil | oil"), Ns("oil | oil=mistyped")));
    }

    [Fact]
    public async Task A_prefix_forced_for_all_tenants_is_heeded()
    {
        _cluster.Capsule = new CapsuleLookup.Known(new CapsuleSettings { ForcesTenantPrefix = true });

        Assert.Equal("tenantPrefix", RulesIn(await MoveAsync()));
    }

    [Fact]
    public async Task A_target_that_is_not_there_meets_no_rule_but_a_cordoned_source_is_still_named()
    {
        Cordon("oil");

        var deny = Denied(await _cluster.Grant("get", "ghost").DecideAsync(Ns("oil | oil"), Ns("ghost | oil")), DenyReason.Forbidden);

        Assert.Contains("tenant \"ghost\" does not exist", deny.Message, StringComparison.Ordinal);
        Assert.Contains("rule sourceCordoned", deny.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_very_many_violations_of_one_rule_the_first_five_are_reported()
    {
        _cluster.Live(
            Tenant("gas") with { RequiredLabels = [.. Enumerable.Range(0, 5000).Select(i => KeyValuePair.Create($"key-{i}", ".*"))] });

        var message = Denied(await MoveAsync(), DenyReason.Forbidden).Message;

        Assert.Equal(5, message.Split("rule requiredMetadata: ").Length - 1);
    }

    private static Tenant Tenant(string name) => new(name, UidOf(name));

    private static GuardOptions With(string rule, RuleMode mode) =>
        new() { Policy = new PolicyOptions { Modes = new PolicyOptions().Modes.Add(rule, mode) } };

    private static string RulesIn(Verdict verdict) => verdict is Verdict.Deny deny ? string.Join(',', deny.Rules) : "";

    private FakeCluster Cordon(string tenant) => _cluster.Live(Tenant(tenant) with { IsCordoned = true });

    private Task<Verdict> MoveAsync(
        AdmissionPhase phase = AdmissionPhase.Mutating, string user = "alice", GuardOptions? options = null, string fieldManager = "") =>
        _cluster.DecideAsync(
            Ns("oil | oil"),
            Ns(phase is AdmissionPhase.Mutating ? "gas | oil" : "gas | gas"),
            phase,
            User(user),
            options: options,
            fieldManager: fieldManager);
}
