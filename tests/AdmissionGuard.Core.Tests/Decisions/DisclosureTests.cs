using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using static AdmissionGuard.Core.Tests.Builders;
using static AdmissionGuard.Core.Tests.Deciding;

namespace AdmissionGuard.Core.Tests.Decisions;

/// <summary>A refusal speaks of a tenant only to a user who has the permission that is asked on it.</summary>
public sealed class DisclosureTests
{
    private const string NeedsOil = "needs \"release\" on tenants.capsule.clastix.io \"oil\"";
    private const string NeedsGas = "needs \"adopt\" on tenants.capsule.clastix.io \"gas\"";
    private const string NeedsBoth = NeedsOil + " and \"adopt\" on tenants.capsule.clastix.io \"gas\"";
    private const string Move = "alice may not move namespace billing from tenant oil to gas: ";

    private readonly FakeCluster _cluster = new();

    [Theory]
    [InlineData("live")]
    [InlineData("cordoned")]
    [InlineData("full")]
    [InlineData("prefix")]
    [InlineData("forbids a label")]
    [InlineData("requires a label")]
    [InlineData("closed")]
    [InlineData("broken windows")]
    [InlineData("terminating")]
    public async Task Without_adopt_every_target_is_refused_with_the_same_words(string state)
    {
        _cluster.Live(Gas(state)).Grant("release", "oil").Grant("override", "gas");
        var metadata = new NamespaceMetadata([new("cost-center", "x")], []);

        foreach (var manager in new[] { "kubectl-label", "override: INC-7" })
        {
            foreach (var phase in new[] { AdmissionPhase.Mutating, AdmissionPhase.Validating })
            {
                var verdict = await _cluster.DecideAsync(
                    Ns("oil | oil"), Ns("gas | gas"), phase, fieldManager: manager, metadata: metadata);
                var deny = Denied(verdict, DenyReason.Forbidden);

                Assert.Equal(Move + NeedsGas, deny.Message);
                Assert.Empty(deny.Rules);
            }
        }
    }

    [Fact]
    public async Task A_target_that_does_not_exist_is_refused_as_one_that_does()
    {
        _cluster.Gone("gas").Grant("release", "oil");

        Assert.Equal(Move + NeedsGas, await MoveAsync());
    }

    [Fact]
    public async Task That_it_does_not_exist_is_told_to_who_may_get_it_with_the_similar_names_that_the_user_may_adopt_into()
    {
        _cluster.Grant("get", "gsa").Grant("adopt", "gas");

        var deny = Denied(await _cluster.DecideAsync(Ns("- | -"), Ns("gsa | -")), DenyReason.Forbidden);

        Assert.Contains("tenant \"gsa\" does not exist (did you mean \"gas\"?)", deny.Message, StringComparison.Ordinal);
        Assert.Contains("needs \"adopt\" on tenants.capsule.clastix.io \"gsa\"", deny.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_similar_name_is_told_to_nobody_who_may_not_be_told_that_the_name_is_absent()
    {
        var deny = Denied(await _cluster.Grant("adopt", "gas").DecideAsync(Ns("- | -"), Ns("gsa | -")), DenyReason.Forbidden);

        Assert.Equal(
            "alice may not bring namespace billing into tenant gsa: needs \"adopt\" on tenants.capsule.clastix.io \"gsa\"",
            deny.Message);
        Assert.False(_cluster.WasListed, "tenants were listed for somebody who is not told the outcome");
    }

    [Fact]
    public async Task Get_is_asked_of_an_absent_target_alone_so_that_ordinary_moves_take_no_call_more()
    {
        await _cluster.Grant("release", "oil").Grant("adopt", "gas").DecideAsync(Ns("oil | oil"), Ns("gas | oil"));
        Assert.Equal(["adopt gas", "get gas", "get oil", "release oil"], _cluster.Asked.Order());

        var stranger = new FakeCluster();
        await stranger.DecideAsync(Ns("oil | oil"), Ns("gas | oil"));
        Assert.Equal(["adopt gas", "get gas", "get oil", "release oil"], stranger.Asked.Order());
    }

    /// <summary>An absent tenant matters if it is the target, or if the mode could admit a new reference to it.</summary>
    [Theory]
    [InlineData("oil | oil", "gas | oil", EnforcementMode.Enforce, false)]
    [InlineData("oil | oil", "gas | oil", EnforcementMode.Audit, false)]
    [InlineData("oil | oil", "gas | oil=other", EnforcementMode.Enforce, false)]
    [InlineData("oil | oil", "gas | oil=other", EnforcementMode.Audit, true)]
    [InlineData("gas | gas", "gas | gas,oil", EnforcementMode.Audit, true)]
    [InlineData("gas | gas", "gas | gas,oil,coal", EnforcementMode.Audit, true)]
    [InlineData("- | -", "oil | -", EnforcementMode.Enforce, true)]
    [InlineData("oil | oil", "oil | -", EnforcementMode.Enforce, false)]
    [InlineData("oil | oil", "oil | oil=other", EnforcementMode.Enforce, false)]
    public async Task Get_is_asked_of_an_absent_tenant_only_if_it_refuses_the_request(
        string stored, string received, EnforcementMode mode, bool isAsked)
    {
        await _cluster.Gone("oil").DecideAsync(Ns(stored), Ns(received), options: new GuardOptions { Mode = mode });

        Assert.Equal(isAsked ? ["may get oil"] : [], _cluster.Asked.Where(asked => asked.StartsWith("may get", StringComparison.Ordinal)));
    }

    /// <summary>Release on a tenant that loses the namespace, adopt on another one, and no permission for a repair.</summary>
    [Theory]
    [InlineData("oil | oil", "gas | oil=other", "release", EnforcementMode.Audit)]
    [InlineData("gas | gas", "gas | gas,oil", "adopt", EnforcementMode.Audit)]
    [InlineData("- | -", "oil | -", "adopt", EnforcementMode.Enforce)]
    [InlineData("oil | oil", "oil | oil=other", "none", EnforcementMode.Enforce)]
    public async Task Who_has_the_permission_on_an_absent_tenant_is_told_that_it_does_not_exist_and_get_is_not_asked(
        string stored, string received, string verb, EnforcementMode mode)
    {
        var verdict = await _cluster.Gone("oil").Grant(verb, "oil")
            .DecideAsync(Ns(stored), Ns(received), options: new GuardOptions { Mode = mode });

        Assert.Contains("tenant \"oil\" does not exist", Denied(verdict, DenyReason.Invalid).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("may get oil", _cluster.Asked);
    }

    [Fact]
    public async Task A_source_that_is_cordoned_or_closed_is_not_told_without_release()
    {
        var oil = new Tenant("oil", UidOf("oil")) { IsCordoned = true, MaintenanceWindows = "0 3 * * * for 1h in UTC" };
        _cluster.Live(oil).Grant("adopt", "gas");

        Assert.Equal(Move + NeedsOil, await MoveAsync());
        _cluster.Grant("release", "oil");
        Assert.Contains("cordoned", await MoveAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_tenants_the_one_with_the_right_is_told_of_and_of_the_other_the_verb_alone()
    {
        _cluster.Live(new Tenant("oil", UidOf("oil")) { IsCordoned = true }).Live(Gas("cordoned")).Grant("release", "oil");

        Assert.Equal(
            $"{Move}{NeedsGas}; rule sourceCordoned: tenant \"oil\" is cordoned and releases no namespaces; uncordon it first (spec.cordoned)",
            await MoveAsync());
    }

    [Fact]
    public async Task What_concerns_no_tenant_is_told_to_everybody()
    {
        var options = new GuardOptions { Policy = new() { Modes = new PolicyOptions().Modes.Add("reasonGiven", RuleMode.Enforce) } };
        var (stored, received) = (Ns("oil | oil") with { Name = "kube-x" }, Ns("gas | oil") with { Name = "kube-x" });

        var deny = Denied(await _cluster.DecideAsync(stored, received, options: options), DenyReason.Forbidden);

        Assert.Contains(NeedsBoth, deny.Message, StringComparison.Ordinal);
        Assert.Contains("rule reasonGiven", deny.Message, StringComparison.Ordinal);
        Assert.Contains("rule protectedNamespaces", deny.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// An annotation counts for nothing where the target keeps no metadata but its own; to a stranger it counts as with any
    /// other target.
    /// </summary>
    [Theory]
    [InlineData("live")]
    [InlineData("keeps its own metadata only")]
    [InlineData("absent")]
    public async Task Whether_the_target_keeps_an_annotation_is_not_told_without_adopt(string state)
    {
        _ = state == "absent" ? _cluster.Gone("gas") : _cluster.Live(Gas(state));
        var stored = Ns("oil | oil") with { Name = "kube-x" };
        var received = Ns("gas | oil") with { Name = "kube-x", ChangeReason = new("", "INC-7") };
        _cluster.Grant("release", "oil");

        var deny = Denied(await _cluster.DecideAsync(stored, received), DenyReason.Forbidden);

        Assert.Equal(
            ["adopt gas", "protectedNamespaces", "override gas"],
            deny.Violations.Select(
                violation => violation.Rule ?? $"{violation.Missing.Single().Verb} {violation.Missing.Single().Tenant}"));
        Assert.Equal([new RequiredPermission("adopt", "gas"), new RequiredPermission("override", "gas")], deny.Missing);
    }

    [Fact]
    public async Task An_override_without_its_verb_is_told_of_where_a_rule_of_a_tenant_with_the_right_is_broken()
    {
        _cluster.Live(Gas("cordoned")).Grant("release", "oil").Grant("adopt", "gas");

        var message = await MoveAsync(fieldManager: "override: INC-7");

        Assert.Contains("targetCordoned", message, StringComparison.Ordinal);
        Assert.EndsWith("needs \"override\" on tenants.capsule.clastix.io \"gas\"", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Owners_and_exempt_users_have_the_right_that_is_asked_without_a_verb()
    {
        _cluster.Live("gas", terminating: true, new TenantOwner("User", "alice"));

        var created = Denied(await _cluster.DecideAsync(null, Ns("gas | -")), DenyReason.Forbidden).Message;
        var exempt = await MoveAsync("root", new GuardOptions { ExemptUsers = ["root"] });

        Assert.Contains("is being deleted", created, StringComparison.Ordinal);
        Assert.Contains("is being deleted", exempt, StringComparison.Ordinal);
        Assert.Equal(
            "alice may not bring namespace billing into tenant gas: " + NeedsGas,
            Denied(await _cluster.DecideAsync(Ns("- | -"), Ns("gas | -")), DenyReason.Forbidden).Message);
    }

    [Theory]
    [InlineData(EnforcementMode.Warn, "AdmissionGuard: mode enforce would refuse this: " + Move + NeedsBoth)]
    [InlineData(EnforcementMode.Audit)]
    public async Task What_another_mode_lets_pass_tells_no_more(EnforcementMode mode, params string[] warnings)
    {
        _cluster.Live(Gas("cordoned"));
        var options = new GuardOptions { Mode = mode };

        var allow = Allowed(
            await _cluster.DecideAsync(Ns("oil | oil"), Ns("gas | gas"), AdmissionPhase.Validating, options: options));

        Assert.Equal(Move + NeedsBoth, allow.Tolerated);
        Assert.Equal(warnings, allow.Warnings);
    }

    [Theory]
    [InlineData("gas | oil", "terminating", "gas")]
    [InlineData("gas | gas", "terminating", "gas")]
    [InlineData("gas | oil", "absent", "gas")]
    [InlineData("gas | gas", "absent", "gas")]
    [InlineData("gas | gas=mistyped", "live", "gas")]
    [InlineData("coal | gas", "terminating", "gas")]
    [InlineData("coal | gas", "absent", "gas")]
    [InlineData("coal | gas=mistyped", "live", "gas")]
    public async Task What_no_mode_lets_pass_is_refused_with_the_missing_verb_and_no_fact(string received, string gas, string tenant)
    {
        _ = gas switch
        {
            "terminating" => _cluster.Live("gas", terminating: true),
            "absent" => _cluster.Gone("gas"),
            _ => _cluster,
        };

        foreach (var mode in new[] { EnforcementMode.Warn, EnforcementMode.Audit })
        {
            foreach (var phase in new[] { AdmissionPhase.Mutating, AdmissionPhase.Validating })
            {
                var verdict = await _cluster.DecideAsync(
                    Ns("oil | oil"), Ns(received), phase, options: new GuardOptions { Mode = mode });
                var deny = Denied(verdict, DenyReason.Forbidden);

                Assert.Contains($"needs \"adopt\" on tenants.capsule.clastix.io \"{tenant}\"", deny.Message, StringComparison.Ordinal);
                Assert.Equal([new RequiredPermission("adopt", tenant)], deny.Missing);
                Assert.DoesNotContain("being deleted", deny.Message, StringComparison.Ordinal);
                Assert.DoesNotContain("does not exist", deny.Message, StringComparison.Ordinal);
                Assert.DoesNotContain("uid", deny.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_lookup_that_fails_is_told_to_everybody_since_nothing_of_the_tenant_is_known()
    {
        _cluster.Says("gas", new TenantLookup.Unknown(new ApiFailure(ApiFailureKind.TimedOut)));

        Denied(await _cluster.DecideAsync(null, Ns("gas | -")), DenyReason.Unavailable);
    }

    [Fact]
    public async Task A_repair_asks_no_right_and_so_is_told_what_is_in_its_way()
    {
        _cluster.Live("oil", terminating: true);

        var deny = Denied(await _cluster.DecideAsync(Ns("oil | oil=stale"), Ns("oil | oil")), DenyReason.Forbidden);

        Assert.Contains("is being deleted", deny.Message, StringComparison.Ordinal);
    }

    private async Task<string> MoveAsync(string user = "alice", GuardOptions? options = null, string fieldManager = "")
    {
        var verdict = await _cluster.DecideAsync(
            Ns("oil | oil"), Ns("gas | oil"), user: User(user), options: options, fieldManager: fieldManager);
        return Denied(verdict, DenyReason.Forbidden).Message;
    }

    private static Tenant Gas(string state)
    {
        var gas = new Tenant("gas", UidOf("gas"));
        return state switch
        {
            "cordoned" => gas with { IsCordoned = true },
            "full" => gas with { NamespaceQuota = 3, NamespaceCount = 3 },
            "prefix" => gas with { ForcesPrefix = true },
            "forbids a label" => gas with { ForbiddenLabels = new(["cost-center"], "") },
            "requires a label" => gas with { RequiredLabels = [new("cost-center", "^[0-9]{4}$")] },
            "closed" => gas with { MaintenanceWindows = "0 3 * * * for 1h in UTC" },
            "broken windows" => gas with { MaintenanceWindows = "now and then" },
            "terminating" => gas with { IsTerminating = true },
            "keeps its own metadata only" => gas with { Managed = new ManagedMetadata { RemovesOthers = true } },
            _ => gas,
        };
    }
}
