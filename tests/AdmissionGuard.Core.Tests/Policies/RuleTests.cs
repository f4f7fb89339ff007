using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;
using static AdmissionGuard.Core.Tests.Builders;

namespace AdmissionGuard.Core.Tests.Policies;

/// <summary>Asks one rule about one case.</summary>
public abstract class RuleTests(string name)
{
    protected static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private readonly IPolicyRule _rule = PolicyRules.All.Single(rule => rule.Name == name);

    /// <summary>The rule.</summary>
    public IPolicyRule Rule => _rule;

    /// <summary>The example of the rule in <c>deploy/docs/refusals.md</c>; one class of each rule has it.</summary>
    public virtual RefusedMove? RefusedMove => null;

    protected static Tenant Oil { get; } = new("oil", UidOf("oil"));

    protected static Tenant Gas { get; } = new("gas", UidOf("gas"));

    /// <summary><c>billing</c> moves from <c>oil</c> to <c>gas</c>.</summary>
    protected static PolicyContext Move(Tenant? source = null, Tenant? target = null) => new()
    {
        Request = new NamespaceRequest(User(), Ns("oil | oil"), Ns("gas | oil"), ""),
        Transition = TransitionClassifier.FromUpdate(Ns("oil | oil"), Ns("gas | oil")),
        Sources = [source ?? Oil],
        Target = target ?? Gas,
        Options = new PolicyOptions(),
        Kind = new TenantKind(),
        Now = Noon,
    };

    protected void Keeps(PolicyContext rule) => Assert.Empty(_rule.Check(rule));

    protected string Breaks(PolicyContext rule) => Assert.Single(_rule.Check(rule));
}

public sealed class SourceCordonedTests() : RuleTests("sourceCordoned")
{
    public override RefusedMove RefusedMove => new() { Oil = Oil with { IsCordoned = true } };

    [Fact]
    public void A_cordoned_tenant_lets_nothing_go() => Assert.Equal(
        "tenant \"oil\" is cordoned and releases no namespaces; uncordon it first (spec.cordoned)",
        Breaks(Move(Oil with { IsCordoned = true })));

    [Fact]
    public void Each_of_several_cordoned_sources_is_named() =>
        Assert.Equal(
            2, Rule.Check(Move() with { Sources = [Oil with { IsCordoned = true }, new("coal", "c") { IsCordoned = true }, Gas] }).Count());

    [Fact]
    public void One_that_is_not_cordoned_does() => Keeps(Move(target: Gas with { IsCordoned = true }));
}

public sealed class TargetCordonedTests() : RuleTests("targetCordoned")
{
    public override RefusedMove RefusedMove => new() { Gas = Gas with { IsCordoned = true } };

    [Fact]
    public void A_cordoned_tenant_takes_nothing_in() => Assert.Equal(
        "tenant \"gas\" is cordoned and accepts no namespaces; uncordon it first (spec.cordoned)",
        Breaks(Move(target: Gas with { IsCordoned = true })));

    [Fact]
    public void One_that_is_not_cordoned_does() => Keeps(Move(Oil with { IsCordoned = true }));

    [Fact]
    public void A_release_has_no_target() => Keeps(Move() with { Target = null });
}

public sealed class NamespaceQuotaTests() : RuleTests("namespaceQuota")
{
    public override RefusedMove RefusedMove => new() { Gas = Gas with { NamespaceQuota = 3, NamespaceCount = 3 } };

    [Theory]
    [InlineData(3, 3)]
    [InlineData(3, 4)]
    public void A_full_tenant_takes_nothing_in(int quota, int count) => Assert.Contains(
        $"tenant \"gas\" has {count} of {quota} namespaces; raise its quota first (spec.namespaceOptions.quota), or release one of them",
        Breaks(Move(target: Gas with { NamespaceQuota = quota, NamespaceCount = count })),
        StringComparison.Ordinal);

    [Fact]
    public void One_with_room_does() => Keeps(Move(target: Gas with { NamespaceQuota = 3, NamespaceCount = 2 }));

    [Fact]
    public void One_without_a_quota_does() => Keeps(Move(target: Gas with { NamespaceCount = 1000 }));

    [Fact]
    public void A_namespace_that_is_counted_already_takes_no_second_place() =>
        Keeps(Move(target: Gas with { NamespaceQuota = 1, NamespaceCount = 1, Namespaces = ["billing"] }));

    [Fact]
    public void A_release_needs_no_room() => Keeps(Move() with { Target = null });
}

public sealed class TenantPrefixTests() : RuleTests("tenantPrefix")
{
    private static readonly CapsuleSettings Forced = new() { ForcesTenantPrefix = true };

    public override RefusedMove RefusedMove => new() { Gas = Gas with { ForcesPrefix = true } };

    [Fact]
    public void A_name_without_the_forced_prefix_is_refused() => Assert.Equal(
        "tenant \"gas\" accepts only namespaces whose names begin with \"gas-\"; a namespace can't be renamed, so create a new one",
        Breaks(Move(target: Gas with { ForcesPrefix = true })));

    [Theory]
    [InlineData("gas-billing", false)]
    [InlineData("gasbilling", true)]
    [InlineData("gas", true)]
    [InlineData("oil-gas-billing", true)]
    public void The_prefix_is_the_tenants_name_and_a_hyphen(string name, bool breaks)
    {
        var rule = Move(target: Gas with { ForcesPrefix = true });
        rule = rule with { Request = rule.Request with { Received = rule.Request.Received with { Name = name } } };

        Assert.Equal(breaks, Rule.Check(rule).Any());
    }

    [Fact]
    public void The_tenants_own_word_goes_before_the_CapsuleConfigurations()
    {
        Breaks(Move() with { Capsule = Forced });
        Keeps(Move(target: Gas with { ForcesPrefix = false }) with { Capsule = Forced });
        Keeps(Move());
    }

    [Fact]
    public void A_name_that_is_yet_to_be_generated_waits_for_the_validator()
    {
        var rule = Move(target: Gas with { ForcesPrefix = true });

        Keeps(rule with { Request = rule.Request with { Received = rule.Request.Received with { Name = "" } } });
    }

    [Fact]
    public void A_release_has_no_prefix() => Keeps(Move() with { Target = null, Capsule = Forced });
}

public sealed class ProtectedNamespacesTests() : RuleTests("protectedNamespaces")
{
    private const string Protected = "the CapsuleConfiguration protects namespaces whose names match \"-system$\" "
        + "(spec.protectedNamespaceRegex), and they can't be part of a tenant; use another namespace";

    public override RefusedMove RefusedMove => new() { Name = "kube-public" };

    [Theory]
    [InlineData("kube-system", "kube-*")]
    [InlineData("kube-", "kube-*")]
    [InlineData("default", "default")]
    [InlineData("capsule-system", "capsule-system")]
    [InlineData("admissionguard-system", "admissionguard-system")]
    public void The_clusters_own_are_protected(string name, string pattern) => Assert.Equal(
        $"namespaces named \"{pattern}\" are protected and can't be part of a tenant; use another namespace",
        Breaks(Named(name)));

    [Theory]
    [InlineData("kubernetes")]
    [InlineData("kube")]
    [InlineData("default-2")]
    [InlineData("my-kube-system")]
    [InlineData("")]
    public void Others_are_not(string name) => Keeps(Named(name));

    [Theory]
    [InlineData("monitoring-system", true)]
    [InlineData("my-system-2", false)]
    [InlineData("", false)]
    public void The_CapsuleConfiguration_protects_by_a_pattern_too(string name, bool breaks) =>
        Assert.Equal(
            breaks ? [Protected] : [],
            Rule.Check(Named(name) with { Capsule = new CapsuleSettings { ProtectedNamespaces = "-system$" } }));

    [Fact]
    public void A_name_that_is_yet_to_be_generated_is_not_matched_by_any_pattern() =>
        Keeps(Named("") with { Capsule = new CapsuleSettings { ProtectedNamespaces = ".*" } });

    [Theory]
    [InlineData("billing")]
    [InlineData("")]
    public void A_pattern_of_the_CapsuleConfiguration_that_can_not_be_read_protects_every_name(string name) => Assert.Equal(
        "the CapsuleConfiguration's pattern for protected namespaces (spec.protectedNamespaceRegex) is invalid, \"(?!a)\"; "
        + "fix it first",
        Breaks(Named(name) with { Capsule = new CapsuleSettings { ProtectedNamespaces = "(?!a)" } }));

    [Fact]
    public void Both_ways_to_protect_a_name_are_reported() =>
        Assert.Equal(2, Rule.Check(Named("kube-system") with { Capsule = new CapsuleSettings { ProtectedNamespaces = "^kube" } }).Count());

    [Fact]
    public void Operators_choose_which() =>
        Breaks(Named("prod-1") with { Options = new PolicyOptions { ProtectedNamespaces = ["prod-*"] } });

    private static PolicyContext Named(string name)
    {
        var rule = Move();
        return rule with { Request = rule.Request with { Received = rule.Request.Received with { Name = name } } };
    }
}

public sealed class ReasonGivenTests() : RuleTests("reasonGiven")
{
    private const string Words =
        "no reason was given; add --field-manager='reason: WHY' to the kubectl command, or change the annotation admissionguard.io/reason in the same request";

    public override RefusedMove RefusedMove =>
        new() { Options = new PolicyOptions { Modes = new PolicyOptions().Modes.Add(Rule.Name, RuleMode.Enforce) } };

    [Fact]
    public void Without_one_the_refusal_says_how_to_give_one() => Assert.Equal(Words, Breaks(With("", "", "kubectl-label")));

    [Theory]
    [InlineData("", "CHG-1", "")]
    [InlineData("CHG-0", "CHG-1", "")]
    [InlineData("", "", "reason: CHG-1")]
    [InlineData("CHG-0", "CHG-0", "reason:CHG-1")]
    public void An_annotation_changed_by_the_request_or_a_field_manager_gives_one(string old, string now, string manager) =>
        Keeps(With(old, now, manager));

    [Theory]
    [InlineData("CHG-0", "CHG-0", "")]
    [InlineData("CHG-0", " CHG-0 ", "")]
    [InlineData("CHG-0", "", "")]
    [InlineData("CHG-0", "  ", "")]
    [InlineData("", "", "reason:")]
    [InlineData("", "", "reason:   ")]
    [InlineData("", "", "my reason: CHG-1")]
    [InlineData("", "", "Reason: CHG-1")]
    public void An_old_one_an_empty_one_and_any_other_field_manager_do_not_count(string old, string now, string manager) =>
        Breaks(With(old, now, manager));

    [Fact]
    public void An_old_one_is_said_not_to_count() =>
        Assert.Contains("the old one does not count", Breaks(With("CHG-0", "CHG-0", "")), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "CHG-1", "", true)]
    [InlineData("", "", "", true)]
    [InlineData("CHG-0", "CHG-0", "", true)]
    [InlineData("", "CHG-1", "reason: CHG-2", false)]
    [InlineData("", "", "reason: CHG-2", false)]
    public void Beside_a_target_that_removes_annotations_the_field_manager_alone_gives_one_and_is_alone_named(
        string old, string now, string manager, bool breaks)
    {
        var rule = With(old, now, manager) with { Target = Gas with { Managed = new() { RemovesOthers = true } } };

        const string Advice = "no reason was given; add --field-manager='reason: WHY' to the kubectl command: "
            + "tenant \"gas\" removes metadata that it does not manage (managedMetadataOnly)";
        Assert.Equal(breaks ? [Advice] : [], Rule.Check(rule));
    }

    [Fact]
    public void It_is_off_where_nothing_is_chosen() => Assert.Equal(RuleMode.Off, new PolicyOptions().ModeOf(Rule));

    private static PolicyContext With(string old, string now, string manager)
    {
        var rule = Move();
        return rule with
        {
            Request = rule.Request with
            {
                Old = rule.Request.Old! with { ChangeReason = new(old, "") },
                Received = rule.Request.Received with { ChangeReason = new(now, "") },
                FieldManager = manager,
            },
        };
    }
}
