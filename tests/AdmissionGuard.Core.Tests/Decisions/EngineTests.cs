using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Transitions;
using static AdmissionGuard.Core.Tests.Builders;
using static AdmissionGuard.Core.Tests.Deciding;

namespace AdmissionGuard.Core.Tests.Decisions;

public sealed class EngineTests
{
    private readonly FakeCluster _cluster = new();

    [Fact]
    public async Task A_migration_without_the_verbs_is_denied_and_names_every_missing_one()
    {
        var deny = Denied(await _cluster.DecideAsync(Ns("oil | oil"), Ns("gas | oil")), DenyReason.Forbidden);

        Assert.Equal(
            "alice may not move namespace billing from tenant oil to gas: needs \"release\" on tenants.capsule.clastix.io \"oil\" and \"adopt\" on tenants.capsule.clastix.io \"gas\"",
            deny.Message);
    }

    [Theory]
    [InlineData("release", "oil", "adopt", "gas")]
    [InlineData("adopt", "gas", "release", "oil")]
    public async Task One_verb_of_two_is_not_enough(string verb, string on, string missing, string missingOn)
    {
        var deny = Denied(await _cluster.Grant(verb, on).DecideAsync(Ns("oil | oil"), Ns("gas | oil")), DenyReason.Forbidden);

        Assert.Contains($"needs \"{missing}\" on tenants.capsule.clastix.io \"{missingOn}\"", deny.Message, StringComparison.Ordinal);
        Assert.DoesNotContain($"\"{verb}\" on", deny.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_both_verbs_the_mutator_completes_and_leaves_the_words_to_the_validator()
    {
        var allow = Allowed(await Mover().DecideAsync(Ns("oil | oil"), Ns("gas | oil")));

        Assert.False(allow.Completion.IsEmpty);
        Assert.Empty(allow.Warnings);
    }

    [Fact]
    public async Task The_validator_warns_of_a_complete_migration_and_completes_nothing()
    {
        var allow = Allowed(await Mover().DecideAsync(Ns("oil | oil"), Ns("gas | gas"), AdmissionPhase.Validating));

        Assert.True(allow.Completion.IsEmpty);
        Assert.Equal(
            ["AdmissionGuard: billing may move from tenant oil to gas; ownerReference set to gas (uid gas-uid--…)"], allow.Warnings);
    }

    [Fact]
    public async Task The_validator_refuses_an_incomplete_object_as_retryable_but_a_missing_right_first()
    {
        Denied(await Mover().DecideAsync(Ns("oil | oil"), Ns("gas | oil"), AdmissionPhase.Validating), DenyReason.Unavailable);
        Denied(
            await new FakeCluster().DecideAsync(Ns("oil | oil"), Ns("gas | oil"), AdmissionPhase.Validating), DenyReason.Forbidden);
    }

    [Fact]
    public async Task A_uid_that_is_not_the_live_one_is_a_conflict_to_the_validator()
    {
        var deny = Denied(
            await Mover().DecideAsync(Ns("oil | oil"), Ns("gas | gas=stale-uid-1"), AdmissionPhase.Validating), DenyReason.Conflict);

        Assert.Contains("uid stale-ui-…", deny.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("- | -")]
    [InlineData("oil | oil")]
    [InlineData("oil | oil=gone")]
    public async Task An_unrelated_edit_passes_without_a_lookup(string tenancy)
    {
        var allow = Allowed(await _cluster.DecideAsync(Ns(tenancy), Ns(tenancy), AdmissionPhase.Validating));

        Assert.Empty(allow.Warnings);
        Assert.Empty(_cluster.Asked);
    }

    [Theory]
    [InlineData("oil | -", "no ownerReference")]
    [InlineData("- | oil", "no tenant label")]
    [InlineData("oil | gas", "ownerReferences to \"gas\"")]
    [InlineData("- | oil,gas", "no tenant label")]
    public async Task An_unrelated_edit_of_a_broken_tenancy_passes_with_a_warning_and_no_lookup(string tenancy, string words)
    {
        var allow = Allowed(await _cluster.DecideAsync(Ns(tenancy), Ns(tenancy), AdmissionPhase.Validating));

        Assert.Contains(words, Assert.Single(allow.Warnings), StringComparison.Ordinal);
        Assert.Empty(_cluster.Asked);
    }

    [Fact]
    public async Task A_repair_needs_no_verb()
    {
        var allow = Allowed(await _cluster.DecideAsync(Ns("oil | oil"), Ns("oil | oil=mistyped")));

        Assert.False(allow.Completion.IsEmpty);
        Assert.DoesNotContain(_cluster.Asked, asked => !asked.StartsWith("get", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_mutator_restores_as_stored_it_warns_of_itself_since_the_validator_sees_no_change()
    {
        var allow = Allowed(await _cluster.DecideAsync(Ns("oil | oil"), Ns("oil | oil=mistyped")));

        Assert.Contains("stays in tenant oil", Assert.Single(allow.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reference_removed_under_a_living_tenant_is_put_back()
    {
        var verdict = Allowed(await _cluster.DecideAsync(Ns("oil | oil"), Ns("oil | -")));

        Assert.Equal(TransitionKind.Repair, verdict.Transition.Kind);
        Assert.Equal(
            "AdmissionGuard: billing stays in tenant oil, its ownerReference was restored; to release it, "
            + "remove the label capsule.clastix.io/tenant",
            Assert.Single(verdict.Warnings));
    }

    [Fact]
    public async Task A_reference_removed_under_a_terminating_tenant_is_a_release_and_needs_the_verb()
    {
        var denied = Denied(
            await _cluster.Live("oil", terminating: true).DecideAsync(Ns("oil | oil"), Ns("oil | -")), DenyReason.Forbidden);
        var allowed = Allowed(await _cluster.Grant("release", "oil").DecideAsync(Ns("oil | oil"), Ns("oil | -")));

        Assert.Contains("\"release\" on tenants.capsule.clastix.io \"oil\"", denied.Message, StringComparison.Ordinal);
        Assert.Equal((TransitionKind.Release, null), (allowed.Transition.Kind, allowed.Transition.Target));
    }

    [Fact]
    public async Task An_override_that_turns_out_to_be_of_a_release_takes_the_verb_on_every_tenant_that_loses_the_namespace()
    {
        _cluster.Live("oil", terminating: true)
            .Live(new Tenant("gas", UidOf("gas")) { IsCordoned = true })
            .Grant("release", "oil")
            .Grant("release", "gas");
        var received = Ns("oil | -") with { ChangeReason = new("", "incident 7") };

        var denied = Denied(await _cluster.Grant("override", "oil").DecideAsync(Ns("oil | oil,gas"), received), DenyReason.Forbidden);
        var allowed = Allowed(await _cluster.Grant("override", "gas").DecideAsync(Ns("oil | oil,gas"), received));

        Assert.Contains("\"override\" on tenants.capsule.clastix.io \"gas\"", denied.Message, StringComparison.Ordinal);
        Assert.Equal(["sourceCordoned"], allowed.Overridden);
    }

    [Fact]
    public async Task A_reference_removed_under_a_tenant_that_is_gone_is_a_release_without_verbs()
    {
        var allowed = Allowed(await _cluster.Gone("oil").DecideAsync(Ns("oil | oil"), Ns("oil | -")));

        Assert.Equal(TransitionKind.Release, allowed.Transition.Kind);
    }

    [Theory]
    [InlineData("oil | -")]
    [InlineData("gas | oil")]
    [InlineData("- | -")]
    public async Task A_lookup_that_fails_is_retryable_and_never_an_allow(string received)
    {
        var cluster = Mover().Says("oil", new TenantLookup.Unknown(new ApiFailure(ApiFailureKind.TimedOut)));

        var deny = Denied(await cluster.DecideAsync(Ns("oil | oil"), Ns(received)), DenyReason.Unavailable);

        Assert.Contains(
            "tenant \"oil\" could not be looked up (the API server did not answer in time)", deny.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_access_review_that_fails_is_retryable_and_says_which()
    {
        var cluster = Mover().Says("alice", "adopt", "gas", new Permission.Unknown(new ApiFailure(ApiFailureKind.Unreachable)));

        var deny = Denied(await cluster.DecideAsync(Ns("oil | oil"), Ns("gas | oil")), DenyReason.Unavailable);

        Assert.Contains("the access review for \"adopt\" on tenant \"gas\" failed", deny.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_is_gone_needs_no_release()
    {
        Allowed(await new FakeCluster().Gone("oil").Grant("adopt", "gas").DecideAsync(Ns("oil | oil"), Ns("gas | oil")));
    }

    [Fact]
    public async Task A_target_that_is_not_there_is_denied_and_a_near_one_named_only_to_who_may_adopt_into_it()
    {
        var stranger = Denied(await _cluster.Grant("adopt", "gsa").DecideAsync(Ns("- | -"), Ns("gsa | -")), DenyReason.Invalid);
        var entitled = Denied(await _cluster.Grant("adopt", "gas").DecideAsync(Ns("- | -"), Ns("gsa | -")), DenyReason.Invalid);

        Assert.Contains("tenant \"gsa\" does not exist; if it is about to be created", stranger.Message, StringComparison.Ordinal);
        Assert.Contains("did you mean \"gas\"?", entitled.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_terminating_target_takes_nobody_in()
    {
        var deny = Denied(
            await Mover().Live("gas", terminating: true).DecideAsync(Ns("oil | oil"), Ns("gas | oil")), DenyReason.Forbidden);

        Assert.Contains("is being deleted", deny.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_label_put_back_by_Capsule_passes_even_under_a_terminating_tenant_but_no_reference_is_written_there()
    {
        _cluster.Live("oil", terminating: true);

        Allowed(await _cluster.DecideAsync(Ns("- | oil"), Ns("oil | oil"), AdmissionPhase.Validating));
        Allowed(await _cluster.DecideAsync(Ns("oil | oil"), Ns("oil | oil,oil=other")));
        Denied(await _cluster.DecideAsync(Ns("oil | oil=stale"), Ns("oil | oil=other")), DenyReason.Forbidden);
        Denied(await _cluster.DecideAsync(Ns("oil | oil=stale"), Ns("oil | oil")), DenyReason.Forbidden);
    }

    [Theory]
    [InlineData("gas/status")]
    [InlineData("../tenants/gas")]
    [InlineData("..")]
    [InlineData("Gas")]
    [InlineData("gas?x=1")]
    [InlineData("gas%2Fstatus")]
    [InlineData("-gas")]
    [InlineData("gas.")]
    public async Task A_name_that_no_tenant_can_have_is_denied_before_any_lookup(string name)
    {
        Denied(await Mover().DecideAsync(Ns("- | -"), Namespace(null, $"{name}=x")), DenyReason.Invalid);
        Assert.Empty(_cluster.Asked);
    }

    [Fact]
    public async Task A_stored_reference_with_an_invalid_name_is_let_go_only_with_the_verb_on_that_name()
    {
        var stored = Namespace("oil", "../tenants/oil=x");

        Denied(await _cluster.DecideAsync(stored, Ns("- | -")), DenyReason.Forbidden);
        Allowed(await _cluster.Grant("release", "../tenants/oil").DecideAsync(stored, Ns("- | -")));
        Assert.DoesNotContain(_cluster.Asked, asked => asked.StartsWith("get ..", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("status")]
    [InlineData("finalize")]
    public async Task A_sub_resource_can_not_change_a_tenancy_and_says_how_to(string subResource)
    {
        var deny = Denied(
            await Mover().DecideAsync(Ns("oil | oil"), Ns("gas | gas"), AdmissionPhase.Validating, subResource: subResource),
            DenyReason.Forbidden);

        var release = Denied(
            await Mover().DecideAsync(Ns("oil | oil"), Ns("- | -"), AdmissionPhase.Validating, subResource: subResource),
            DenyReason.Forbidden);

        Assert.EndsWith(
            "; use: kubectl label ns billing capsule.clastix.io/tenant=gas --overwrite", deny.Message, StringComparison.Ordinal);
        Assert.EndsWith("; use: kubectl label ns billing capsule.clastix.io/tenant-", release.Message, StringComparison.Ordinal);
        Allowed(await _cluster.DecideAsync(Ns("oil | oil"), Ns("oil | oil"), AdmissionPhase.Validating, subResource: subResource));
    }

    [Fact]
    public async Task A_terminating_namespace_keeps_its_tenancy_and_every_other_edit_passes_without_a_lookup()
    {
        var (stored, moved) = (Ns("oil | oil") with { IsTerminating = true }, Ns("gas | gas") with { IsTerminating = true });

        Allowed(await _cluster.DecideAsync(stored, stored, AdmissionPhase.Validating, subResource: "finalize"));
        Denied(await Mover().DecideAsync(stored, moved), DenyReason.Forbidden);
        Denied(await Mover().DecideAsync(Ns("oil | oil"), moved), DenyReason.Forbidden);
        Denied(await Mover().DecideAsync(stored, Ns("gas | gas")), DenyReason.Forbidden);
        Assert.Empty(_cluster.Asked);
    }

    [Theory]
    [InlineData("kube-system")]
    [InlineData("kube-public")]
    [InlineData("default")]
    [InlineData("capsule-system")]
    [InlineData("admissionguard-system")]
    public async Task A_protected_namespace_never_goes_into_a_tenant(string name)
    {
        var deny = Denied(
            await Mover().DecideAsync(Ns("- | -") with { Name = name }, Ns("gas | -") with { Name = name }),
            DenyReason.Forbidden);

        Assert.Contains("protected", deny.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_protected_namespace_that_is_in_a_tenant_can_leave_it()
    {
        Allowed(
            await Mover().DecideAsync(Ns("oil | oil") with { Name = "kube-system" }, Ns("- | oil") with { Name = "kube-system" }));
    }

    [Theory]
    [InlineData("User", "alice")]
    [InlineData("ServiceAccount", "alice")]
    [InlineData("Group", "oil-owners")]
    public async Task An_owner_may_create_in_the_own_tenant_but_not_move_into_it(string kind, string name)
    {
        _cluster.Live("oil", owners: new TenantOwner(kind, name));
        var owner = User("alice", "oil-owners");

        Allowed(await _cluster.DecideAsync(null, Ns("oil | -"), user: owner));
        Denied(await _cluster.DecideAsync(Ns("- | -"), Ns("oil | -"), user: owner), DenyReason.Forbidden);
        Denied(await _cluster.DecideAsync(null, Ns("oil | -"), user: User("Alice", "oil")), DenyReason.Forbidden);
    }

    [Fact]
    public async Task What_an_owner_creates_every_day_is_not_warned_of()
    {
        _cluster.Live("oil", owners: new TenantOwner("User", "alice"));

        Assert.Empty(Allowed(await _cluster.DecideAsync(null, Ns("oil | oil"), AdmissionPhase.Validating)).Warnings);
        Assert.Single(
            Allowed(await _cluster.Grant("adopt", "gas").DecideAsync(null, Ns("gas | gas"), AdmissionPhase.Validating)).Warnings);
    }

    [Fact]
    public async Task An_exempt_user_needs_no_verbs_and_is_bound_by_all_else()
    {
        var options = new GuardOptions { ExemptUsers = ["alice"] };

        Allowed(await _cluster.DecideAsync(Ns("oil | oil"), Ns("gas | oil"), options: options));
        Denied(await _cluster.DecideAsync(Ns("oil | oil"), Ns("ghost | oil"), options: options), DenyReason.Invalid);
        Denied(
            await _cluster.DecideAsync(
                Ns("oil | oil"), Ns("gas | gas"), AdmissionPhase.Validating, subResource: "status", options: options),
            DenyReason.Forbidden);
        Denied(
            await _cluster.DecideAsync(Ns("oil | oil"), Ns("gas | gas"), user: User("Alice"), options: options),
            DenyReason.Forbidden);
    }

    [Fact]
    public async Task Every_reason_is_named_not_just_the_first()
    {
        var deny = Denied(
            await _cluster.Grant("adopt", "gas").Live("gas", terminating: true)
                .DecideAsync(Ns("oil | oil") with { Name = "kube-x" }, Ns("gas | oil") with { Name = "kube-x" }),
            DenyReason.Forbidden);

        Assert.Contains("is being deleted", deny.Message, StringComparison.Ordinal);
        Assert.Contains("needs \"release\"", deny.Message, StringComparison.Ordinal);
        Assert.Contains("protected", deny.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_names_reach_messages_bounded_and_without_control_characters()
    {
        var deny = Denied(
            await _cluster.DecideAsync(Ns("- | -"), Namespace("gas", "gas"), user: User("eve\n\u001b[31m" + new string('x', 5000))),
            DenyReason.Forbidden);

        Assert.DoesNotContain(deny.Message, char.IsControl);
        Assert.True(deny.Message.Length < 256 + 250);
    }

    [Fact]
    public async Task Warnings_stay_within_what_the_API_server_passes_on()
    {
        var longest = new string('n', 63);
        var (source, target) = (new string('s', 63), new string('t', 63));
        var cluster = new FakeCluster().Live(source).Live(target).Grant("release", source).Grant("adopt", target);

        var warning = Assert.Single(Allowed(await cluster.DecideAsync(
            Namespace(source, source) with { Name = longest },
            Namespace(target, target) with { Name = longest },
            AdmissionPhase.Validating)).Warnings);

        Assert.True(warning.Length <= 256);
    }

    [Fact]
    public async Task All_questions_of_a_request_are_asked_at_once()
    {
        var limiter = new TaskCompletionSource();
        var cluster = new GatedCluster(limiter.Task);
        using var deadline = new Deadline(TimeProvider.System, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        var decision = new Engine(new EngineDependencies(cluster, cluster, cluster, TimeProvider.System), new GuardOptions())
            .DecideAsync(new NamespaceRequest(User(), Ns("oil | oil"), Ns("gas | oil"), ""), AdmissionPhase.Mutating, deadline);

        Assert.Equal(5, cluster.UnderWay);
        limiter.SetResult();
        await decision;
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    public async Task A_decision_waits_for_every_answer(bool tenants, bool reviews, bool capsule)
    {
        var gate = new TaskCompletionSource();
        GatedCluster Gated(bool isGated) => new(isGated ? gate.Task : Task.CompletedTask);
        using var deadline = new Deadline(TimeProvider.System, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        var dependencies = new EngineDependencies(Gated(tenants), Gated(capsule), Gated(reviews), TimeProvider.System);

        var decision = new Engine(dependencies, new GuardOptions())
            .DecideAsync(new NamespaceRequest(User(), Ns("oil | oil"), Ns("gas | oil"), ""), AdmissionPhase.Mutating, deadline);

        Assert.False(decision.IsCompleted);
        gate.SetResult();
        Allowed(await decision);
    }

    /// <summary>A stored namespace can have any number of references; a refusal names the first of them.</summary>
    [Theory]
    [InlineData(16, "\"release\" on tenants.capsule.clastix.io \"t14\" and \"release\" on tenants.capsule.clastix.io \"t15\"")]
    [InlineData(17, "\"release\" on tenants.capsule.clastix.io \"t15\" and 1 more")]
    [InlineData(40, "\"release\" on tenants.capsule.clastix.io \"t15\" and 24 more")]
    public async Task A_refusal_names_the_first_sixteen_missing_rights_and_counts_the_others(int count, string end)
    {
        var names = Names(count);
        var cluster = names.Aggregate(new FakeCluster(), (all, tenant) => all.Live(tenant));

        var deny = Denied(await cluster.DecideAsync(Namespace("t0", names), Ns("- | -")), DenyReason.Forbidden);

        Assert.EndsWith(end, deny.Message, StringComparison.Ordinal);
        Assert.Equal(names, deny.Missing.Select(need => need.Tenant));
    }

    [Theory]
    [InlineData(16, "tenant \"t15\" could not be looked up (the API server did not answer in time)")]
    [InlineData(18, "and 2 more reasons")]
    [InlineData(40, "and 24 more reasons")]
    public async Task A_refusal_gives_the_first_sixteen_reasons_and_counts_the_others(int count, string last)
    {
        var names = Names(count);
        var cluster = names.Aggregate(
            new FakeCluster(), (all, tenant) => all.Says(tenant, new TenantLookup.Unknown(new ApiFailure(ApiFailureKind.TimedOut))));

        var verdict = await cluster.DecideAsync(
            Namespace("t0", names), Ns("- | -"), options: new GuardOptions { ExemptUsers = ["alice"] });

        var deny = Denied(verdict, DenyReason.Unavailable);
        Assert.Equal(count, deny.Violations.Length);
        Assert.StartsWith("tenant \"t0\"", deny.Reasons[0], StringComparison.Ordinal);
        Assert.Equal((Math.Min(count, 16 + 1), last), (deny.Reasons.Length, deny.Reasons[^1]));
    }

    private static string[] Names(int count) => [.. Enumerable.Range(0, count).Select(each => $"t{each}")];

    [Theory]
    [InlineData("system:serviceaccount:openshift-gitops:openshift-gitops-argocd-application-controller")]
    [InlineData("https://login.example.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0#9f3c2a10-55aa-4b1e-8f53-0d1b6c2e7a77")]
    public async Task A_users_whole_name_is_told_so_that_it_can_be_copied_into_a_binding(string name) =>
        Assert.StartsWith(
            $"{name} may not move namespace billing",
            Denied(await _cluster.DecideAsync(Ns("oil | oil"), Ns("gas | oil"), user: User(name)), DenyReason.Forbidden).Message,
            StringComparison.Ordinal);

    private FakeCluster Mover() => _cluster.Grant("release", "oil").Grant("adopt", "gas");

    private sealed class GatedCluster(Task limiter) : ITenants, ICapsule, IAuthorizer
    {
        public int UnderWay { get; private set; }

        public async Task<TenantLookup> FindAsync(string name, Deadline deadline)
        {
            UnderWay++;
            await limiter;
            return new TenantLookup.Found(new Tenant(name, UidOf(name)));
        }

        public Task<System.Collections.Immutable.ImmutableArray<string>> NamesAsync(Deadline deadline) =>
            throw new InvalidOperationException();

        public async Task<CapsuleLookup> SettingsAsync(Deadline deadline)
        {
            UnderWay++;
            await limiter;
            return CapsuleLookup.Known.Nothing;
        }

        public async Task<Permission> AskAsync(UserInfo user, string verb, string tenant, Deadline deadline)
        {
            UnderWay++;
            await limiter;
            return new Permission.Granted();
        }
    }
}
