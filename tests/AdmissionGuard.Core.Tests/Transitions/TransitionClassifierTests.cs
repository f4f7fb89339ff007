using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;
using static AdmissionGuard.Core.Tests.Builders;

namespace AdmissionGuard.Core.Tests.Transitions;

public sealed class TransitionClassifierTests
{
    // Each line: what is stored, what the request leaves, the kind, the target, the tenants released.
    [Theory]
    // label and references unchanged
    [InlineData("- | -", "- | -", TransitionKind.Unchanged, null, "")]
    [InlineData("oil | oil", "oil | oil", TransitionKind.Unchanged, null, "")]
    [InlineData("oil | gas", "oil | gas", TransitionKind.Unchanged, null, "")]
    [InlineData("oil | oil,gas", "oil | gas,oil", TransitionKind.Unchanged, null, "")]
    [InlineData("'' | -", "- | -", TransitionKind.Unchanged, null, "")]
    // label set or changed; references as they were, gone, the new one, or old and new
    [InlineData("oil | oil", "gas | oil", TransitionKind.Migrate, "gas", "oil")]
    [InlineData("oil | oil", "gas | -", TransitionKind.Migrate, "gas", "oil")]
    [InlineData("oil | oil", "gas | gas", TransitionKind.Migrate, "gas", "oil")]
    [InlineData("oil | oil", "gas | oil,gas", TransitionKind.Migrate, "gas", "oil")]
    [InlineData("- | -", "gas | -", TransitionKind.Adopt, "gas", "")]
    [InlineData("- | -", "gas | gas", TransitionKind.Adopt, "gas", "")]
    [InlineData("- | oil", "oil | oil", TransitionKind.Repair, "oil", "")]
    [InlineData("gas | oil", "oil | oil", TransitionKind.Repair, "oil", "")]
    [InlineData("oil | -", "gas | -", TransitionKind.Adopt, "gas", "oil")]
    [InlineData("oil | oil,gas", "gas | oil,gas", TransitionKind.Migrate, "gas", "oil")]
    [InlineData("'' | oil", "gas | oil", TransitionKind.Migrate, "gas", "oil")]
    // label changed, and a reference newly names a third
    [InlineData("oil | oil", "gas | coal", TransitionKind.Contradictory, null, "")]
    [InlineData("oil | oil", "gas | oil,coal", TransitionKind.Contradictory, null, "")]
    [InlineData("- | -", "gas | oil", TransitionKind.Contradictory, null, "")]
    // label removed or emptied
    [InlineData("oil | oil", "- | oil", TransitionKind.Release, null, "oil")]
    [InlineData("oil | oil", "'' | oil", TransitionKind.Release, null, "oil")]
    [InlineData("oil | oil", "- | -", TransitionKind.Release, null, "oil")]
    [InlineData("oil | -", "- | -", TransitionKind.Release, null, "oil")]
    [InlineData("oil | gas", "- | gas", TransitionKind.Release, null, "gas")]
    [InlineData("oil | oil", "- | gas", TransitionKind.Migrate, "gas", "oil")]
    [InlineData("oil | oil", "- | oil,gas", TransitionKind.Contradictory, null, "")]
    // label unchanged, now one tenant alone that was not named before
    [InlineData("oil | oil", "oil | gas", TransitionKind.Migrate, "gas", "oil")]
    [InlineData("- | -", "- | gas", TransitionKind.Adopt, "gas", "")]
    [InlineData("oil | -", "oil | oil", TransitionKind.Adopt, "oil", "")]
    [InlineData("oil | -", "oil | gas", TransitionKind.Adopt, "gas", "oil")]
    // label unchanged, reference gone
    [InlineData("oil | oil", "oil | -", TransitionKind.Repair, "oil", "")]
    [InlineData("oil | oil,gas", "oil | -", TransitionKind.Migrate, "oil", "gas")]
    [InlineData("- | oil", "- | -", TransitionKind.Release, null, "oil")]
    [InlineData("oil | gas", "oil | -", TransitionKind.Release, null, "gas")]
    // a member left alone, another or empty UID or version, the same name twice
    [InlineData("oil | oil,gas", "oil | oil", TransitionKind.Migrate, "oil", "gas")]
    [InlineData("oil | oil", "oil | oil=mistyped", TransitionKind.Repair, "oil", "")]
    [InlineData("oil | oil", "oil | oil=", TransitionKind.Repair, "oil", "")]
    [InlineData("oil | oil", "oil | oil=oil-uid-0000@v1beta1", TransitionKind.Repair, "oil", "")]
    [InlineData("oil | oil", "oil | oil,oil=other", TransitionKind.Repair, "oil", "")]
    // a tenant added beside a member
    [InlineData("oil | oil", "oil | oil,gas", TransitionKind.Contradictory, null, "")]
    [InlineData("- | oil", "- | oil,gas", TransitionKind.Contradictory, null, "")]
    [InlineData("- | -", "- | oil,gas", TransitionKind.Contradictory, null, "")]
    public void An_update_is_read_by_the_table_of_the_design(
        string stored, string received, TransitionKind kind, string? target, string released)
    {
        var transition = TransitionClassifier.FromUpdate(Ns(stored), Ns(received));

        Assert.Equal((kind, target, released), (transition.Kind, transition.Target, string.Join(',', transition.Released)));
    }

    [Theory]
    [InlineData("- | -", TransitionKind.Unchanged, null)]
    [InlineData("'' | -", TransitionKind.Unchanged, null)]
    [InlineData("gas | -", TransitionKind.Adopt, "gas")]
    [InlineData("- | gas", TransitionKind.Adopt, "gas")]
    [InlineData("gas | gas", TransitionKind.Adopt, "gas")]
    [InlineData("gas | gas,gas=other", TransitionKind.Adopt, "gas")]
    [InlineData("gas | oil", TransitionKind.Contradictory, null)]
    [InlineData("- | oil,gas", TransitionKind.Contradictory, null)]
    public void A_creation_is_read_by_the_table_of_the_design(string received, TransitionKind kind, string? target)
    {
        var transition = TransitionClassifier.FromCreate(Ns(received));

        Assert.Equal((kind, target, ""), (transition.Kind, transition.Target, string.Join(',', transition.Released)));
    }

    [Fact]
    public void A_contradiction_names_every_tenant()
    {
        var transition = TransitionClassifier.FromUpdate(Ns("oil | oil"), Ns("gas | oil,coal"));

        Assert.Contains("\"gas\"", transition.Contradiction, StringComparison.Ordinal);
        Assert.Contains("\"oil\" and \"coal\"", transition.Contradiction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_to_another_kind_of_the_tenants_group_can_not_be_added_but_may_stay()
    {
        var owned = Ns("oil | oil") with { SiblingReferences = [new SameGroupOwnerReference("ResourcePool", "x", "u1")] };

        Assert.Equal(TransitionKind.Contradictory, TransitionClassifier.FromUpdate(Ns("oil | oil"), owned).Kind);
        Assert.Equal(TransitionKind.Contradictory, TransitionClassifier.FromCreate(owned).Kind);
        Assert.Equal(TransitionKind.Unchanged, TransitionClassifier.FromUpdate(owned, owned).Kind);
    }
}
