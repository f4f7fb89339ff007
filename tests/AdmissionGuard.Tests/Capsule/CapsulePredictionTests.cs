using System.Text.Json.Nodes;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Transitions;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Tenants;
using AdmissionGuard.Tools.Capsule;

namespace AdmissionGuard.Tests.Capsule;

/// <summary>What is known of Capsule's versions, as one table.</summary>
public sealed class CapsulePredictionTests
{
    [Theory]
    [InlineData(nameof(CapsuleBehavior.UsersOnly), nameof(CapsuleRole.Unknown), nameof(TransitionKind.Migrate), "accepted")]
    [InlineData(nameof(CapsuleBehavior.UsersOnly), nameof(CapsuleRole.User), nameof(TransitionKind.Migrate), "reverted")]
    [InlineData(nameof(CapsuleBehavior.Undoing), nameof(CapsuleRole.Unknown), nameof(TransitionKind.Migrate), "accepted")]
    [InlineData(nameof(CapsuleBehavior.Undoing), nameof(CapsuleRole.Administrator), nameof(TransitionKind.Release), "reverted")]
    [InlineData(nameof(CapsuleBehavior.Undoing), nameof(CapsuleRole.Administrator), nameof(TransitionKind.Adopt), "accepted")]
    [InlineData(nameof(CapsuleBehavior.Closed), nameof(CapsuleRole.Administrator), nameof(TransitionKind.Migrate), "reverted")]
    [InlineData(
        nameof(CapsuleBehavior.Closed),
        nameof(CapsuleRole.Unknown),
        nameof(TransitionKind.Migrate),
        "namespace can not be migrated between tenants")]
    [InlineData(nameof(CapsuleBehavior.Closed), nameof(CapsuleRole.User), nameof(TransitionKind.Migrate), "reverted")]
    [InlineData(nameof(CapsuleBehavior.Closed), nameof(CapsuleRole.User), nameof(TransitionKind.Release), "reverted")]
    [InlineData(
        nameof(CapsuleBehavior.Closed),
        nameof(CapsuleRole.User),
        nameof(TransitionKind.Adopt),
        "namespace can not be patched into a tenant")]
    [InlineData(nameof(CapsuleBehavior.AdministratorsOnly), nameof(CapsuleRole.Administrator), nameof(TransitionKind.Migrate), "accepted")]
    [InlineData(
        nameof(CapsuleBehavior.AdministratorsOnly),
        nameof(CapsuleRole.User),
        nameof(TransitionKind.Migrate),
        "namespace can not be migrated between tenants")]
    [InlineData(
        nameof(CapsuleBehavior.AdministratorsOnly),
        nameof(CapsuleRole.Unknown),
        nameof(TransitionKind.Release),
        "namespace can not remove tenant ownership")]
    [InlineData(
        nameof(CapsuleBehavior.AdministratorsOnly),
        nameof(CapsuleRole.Unknown),
        nameof(TransitionKind.Adopt),
        "namespace can not be patched into a tenant")]
    [InlineData(nameof(CapsuleBehavior.AdministratorsOnly), nameof(CapsuleRole.Unknown), nameof(TransitionKind.Repair), "accepted")]
    public void Each_version_does_with_each_person_what_was_read_or_measured(string behavior, string role, string kind, string outcome)
    {
        var prediction = CapsulePrediction.Of(
            new CapsuleVersion("Capsule", Enum.Parse<CapsuleBehavior>(behavior)),
            "alice",
            Enum.Parse<CapsuleRole>(role),
            Enum.Parse<TransitionKind>(kind));

        Assert.Contains(outcome, prediction.Message, StringComparison.Ordinal);
        Assert.Equal(outcome != "accepted", prediction.IsRefused);
    }

    [Theory]
    [InlineData("""{"spec":{"administrators":[{"kind":"User","name":"alice"}]}}""", nameof(CapsuleRole.Administrator))]
    [InlineData("""{"spec":{"administrators":[{"kind":"Group","name":"dev"}]}}""", nameof(CapsuleRole.Administrator))]
    [InlineData(
        """{"spec":{"administrators":[{"kind":"User","name":"alice"}],"ignoreUserWithGroups":["dev"]}}""", nameof(CapsuleRole.Unknown))]
    [InlineData("""{"spec":{"userGroups":["dev"]}}""", nameof(CapsuleRole.User))]
    [InlineData("""{"spec":{"userNames":["alice"]}}""", nameof(CapsuleRole.User))]
    [InlineData("""{"spec":{"users":[{"kind":"User","name":"alice"}]}}""", nameof(CapsuleRole.User))]
    [InlineData("""{"status":{"users":[{"kind":"Group","name":"dev"}]}}""", nameof(CapsuleRole.User))]
    [InlineData("""{"spec":{}}""", nameof(CapsuleRole.Unknown))]
    public void The_CapsuleConfiguration_gives_a_user_the_role(string configuration, string role)
    {
        var settings = CapsuleObjects.ReadConfiguration(JsonNode.Parse(configuration)!.AsObject());

        Assert.Equal(
            Enum.Parse<CapsuleRole>(role),
            Assert.IsType<TypedObject<CapsuleSettings>.Valid>(settings).Value.RoleOf(new UserInfo("alice", "", ["dev"], [])));
    }
}
