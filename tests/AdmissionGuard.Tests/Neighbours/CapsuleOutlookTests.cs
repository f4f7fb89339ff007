using System.Text.Json.Nodes;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Transitions;
using AdmissionGuard.Tools.Neighbours;

namespace AdmissionGuard.Tests.Neighbours;

/// <summary>What is known of Capsule's versions, as one table.</summary>
public sealed class CapsuleOutlookTests
{
    [Theory]
    [InlineData(nameof(Regime.UsersOnly), nameof(Standing.Unknown), nameof(TransitionKind.Migrate), "let through")]
    [InlineData(nameof(Regime.UsersOnly), nameof(Standing.User), nameof(TransitionKind.Migrate), "undone")]
    [InlineData(nameof(Regime.Undoing), nameof(Standing.Unknown), nameof(TransitionKind.Migrate), "let through")]
    [InlineData(nameof(Regime.Undoing), nameof(Standing.Administrator), nameof(TransitionKind.Release), "undone")]
    [InlineData(nameof(Regime.Undoing), nameof(Standing.Administrator), nameof(TransitionKind.Adopt), "let through")]
    [InlineData(nameof(Regime.Closed), nameof(Standing.Administrator), nameof(TransitionKind.Migrate), "undone")]
    [InlineData(nameof(Regime.Closed), nameof(Standing.Unknown), nameof(TransitionKind.Migrate), "namespace can not be migrated between tenants")]
    [InlineData(nameof(Regime.Closed), nameof(Standing.User), nameof(TransitionKind.Migrate), "undone")]
    [InlineData(nameof(Regime.Closed), nameof(Standing.User), nameof(TransitionKind.Release), "undone")]
    [InlineData(nameof(Regime.Closed), nameof(Standing.User), nameof(TransitionKind.Adopt), "namespace can not be patched into a tenant")]
    [InlineData(nameof(Regime.AdministratorsOnly), nameof(Standing.Administrator), nameof(TransitionKind.Migrate), "let through")]
    [InlineData(nameof(Regime.AdministratorsOnly), nameof(Standing.User), nameof(TransitionKind.Migrate), "namespace can not be migrated between tenants")]
    [InlineData(nameof(Regime.AdministratorsOnly), nameof(Standing.Unknown), nameof(TransitionKind.Release), "namespace can not remove tenant ownership")]
    [InlineData(nameof(Regime.AdministratorsOnly), nameof(Standing.Unknown), nameof(TransitionKind.Adopt), "namespace can not be patched into a tenant")]
    [InlineData(nameof(Regime.AdministratorsOnly), nameof(Standing.Unknown), nameof(TransitionKind.Repair), "let through")]
    public void Each_version_does_with_each_person_what_was_read_or_measured(string regime, string standing, string kind, string fate)
    {
        var outlook = CapsuleOutlook.Of(
            new CapsuleVersion("Capsule", Enum.Parse<Regime>(regime)), "alice", Enum.Parse<Standing>(standing), Enum.Parse<TransitionKind>(kind));

        Assert.Contains(fate, outlook.Words, StringComparison.Ordinal);
        Assert.Equal(fate != "let through", outlook.IsAgainst);
    }

    [Theory]
    [InlineData("""{"spec":{"administrators":[{"kind":"User","name":"alice"}]}}""", nameof(Standing.Administrator))]
    [InlineData("""{"spec":{"administrators":[{"kind":"Group","name":"dev"}]}}""", nameof(Standing.Administrator))]
    [InlineData("""{"spec":{"administrators":[{"kind":"User","name":"alice"}],"ignoreUserWithGroups":["dev"]}}""", nameof(Standing.Unknown))]
    [InlineData("""{"spec":{"userGroups":["dev"]}}""", nameof(Standing.User))]
    [InlineData("""{"spec":{"userNames":["alice"]}}""", nameof(Standing.User))]
    [InlineData("""{"status":{"users":[{"kind":"Group","name":"dev"}]}}""", nameof(Standing.User))]
    [InlineData("""{"spec":{}}""", nameof(Standing.Unknown))]
    public void Its_configuration_says_who_somebody_is_to_it(string configuration, string standing) =>
        Assert.Equal(Enum.Parse<Standing>(standing), CapsuleStanding.Of(new Requester("alice", "", ["dev"], []), JsonNode.Parse(configuration)));
}
