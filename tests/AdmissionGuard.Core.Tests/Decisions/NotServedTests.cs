using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Transitions;
using static AdmissionGuard.Core.Tests.Builders;
using static AdmissionGuard.Core.Tests.Deciding;

namespace AdmissionGuard.Core.Tests.Decisions;

/// <summary>The tenants' CustomResourceDefinition is gone: to let go is what saves namespaces, and nothing else can be decided.</summary>
public sealed class NotServedTests
{
    private readonly FakeCluster _cluster = new();

    public NotServedTests()
    {
        foreach (var tenant in new[] { "oil", "gas", "coal" })
        {
            _cluster.Says(tenant, new TenantLookup.NotServed());
        }
    }

    [Theory]
    [InlineData("oil | oil", "- | oil")]
    [InlineData("oil | oil", "'' | oil")]
    [InlineData("oil | oil", "oil | -")]
    [InlineData("oil | oil", "- | -")]
    [InlineData("- | oil", "- | -")]
    [InlineData("oil | -", "- | -")]
    public async Task Whoever_may_release_lets_the_namespace_go_by_its_label_or_its_reference(string stored, string received)
    {
        var denied = Denied(await _cluster.DecideAsync(Ns(stored), Ns(received)), DenyReason.Forbidden);
        var allowed = Allowed(await _cluster.Grant("release", "oil").DecideAsync(Ns(stored), Ns(received)));
        var final = Allowed(await _cluster.DecideAsync(Ns(stored), Ns("- | -"), AdmissionPhase.Validating));

        Assert.Contains("needs \"release\" on tenants.capsule.clastix.io \"oil\"", denied.Message, StringComparison.Ordinal);
        Assert.Equal((TransitionKind.Release, null), (allowed.Transition.Kind, allowed.Transition.Target));
        Assert.True(final.Completion.IsEmpty);
    }

    [Fact]
    public async Task A_release_from_several_takes_the_verb_on_each()
    {
        Denied(await _cluster.Grant("release", "oil").DecideAsync(Ns("oil | oil,gas"), Ns("- | -")), DenyReason.Forbidden);
        Allowed(await _cluster.Grant("release", "gas").DecideAsync(Ns("oil | oil,gas"), Ns("- | -")));
    }

    [Fact]
    public async Task No_rule_stands_against_a_release()
    {
        var options = new GuardOptions { Policy = new() { Modes = new PolicyOptions().Modes.Add("reasonGiven", RuleMode.Enforce) } };

        Allowed(await _cluster.Grant("release", "oil").DecideAsync(Ns("oil | oil"), Ns("- | oil"), options: options));
    }

    [Theory]
    [InlineData("oil | oil", "gas | oil", true)]
    [InlineData("oil | oil", "gas | gas", true)]
    [InlineData("oil | oil", "oil | oil=other", true)]
    [InlineData("- | oil", "oil | oil", true)]
    [InlineData("- | -", "gas | -", false)]
    [InlineData("oil | oil,gas", "oil | oil", true)]
    public async Task Every_other_way_is_refused_and_not_told_to_try_again_in_a_second(string stored, string received, bool canRelease)
    {
        _cluster.Grant("release", "oil").Grant("release", "gas").Grant("adopt", "gas").Grant("adopt", "oil");

        foreach (var mode in new[] { EnforcementMode.Enforce, EnforcementMode.Warn, EnforcementMode.Audit })
        {
            foreach (var phase in new[] { AdmissionPhase.Mutating, AdmissionPhase.Validating })
            {
                var verdict = await _cluster.DecideAsync(Ns(stored), Ns(received), phase, options: new GuardOptions { Mode = mode });
                var deny = Denied(verdict, DenyReason.Invalid);

                Assert.Contains(
                    "the API server does not serve tenants.capsule.clastix.io v1beta2; install its CustomResourceDefinition first",
                    deny.Message,
                    StringComparison.Ordinal);
                Assert.Equal(canRelease, deny.Message.Contains("release the namespace by removing its label", StringComparison.Ordinal));
                Assert.DoesNotContain("second", deny.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_creation_is_refused_and_a_missing_right_is_named_with_it()
    {
        var creation = Denied(await _cluster.Grant("adopt", "gas").DecideAsync(null, Ns("gas | -")), DenyReason.Invalid);
        Assert.Equal(
            ["the API server does not serve tenants.capsule.clastix.io v1beta2; install its CustomResourceDefinition first"],
            creation.Reasons);

        var stranger = Denied(await _cluster.DecideAsync(null, Ns("coal | -")), DenyReason.Forbidden);
        Assert.Contains("does not serve", stranger.Message, StringComparison.Ordinal);
        Assert.Contains("needs \"adopt\"", stranger.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lookup_that_only_failed_is_retryable_as_ever()
    {
        _cluster.Grant("release", "oil").Says("oil", new TenantLookup.Unknown(ApiFailure.Answered(404)));

        Denied(await _cluster.DecideAsync(Ns("oil | oil"), Ns("- | oil")), DenyReason.Unavailable);
    }
}
