using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using static AdmissionGuard.Core.Tests.Builders;
using static AdmissionGuard.Core.Tests.Deciding;

namespace AdmissionGuard.Core.Tests.Decisions;

/// <summary>What a refusal of a subresource advises is something that the guard would then allow, given the permissions.</summary>
public sealed class SubResourceDenialTests
{
    private const string Label = "use: kubectl label ns billing capsule.clastix.io/tenant";

    [Theory]
    [InlineData("oil | oil", "gas | gas", Label + "=gas --overwrite")]
    [InlineData("oil | oil", "- | -", Label + "-")]
    [InlineData("oil | gas", "oil | -", Label + "-")]
    [InlineData("gas | oil", "oil | oil", Label + "=oil --overwrite")]
    [InlineData("- | oil", "oil | oil", Label + "=oil --overwrite")]
    public async Task Where_the_label_does_it_the_label_is_advised(string stored, string received, string advice) =>
        Assert.EndsWith($"can't change a tenancy; {advice}", await RefusalAsync(Ns(stored), Ns(received)), StringComparison.Ordinal);

    // The label is as wanted already: kubectl label would send an empty patch.
    [Theory]
    [InlineData("oil | oil", "oil | oil=mistyped")]
    [InlineData("oil | oil=stale", "oil | oil")]
    [InlineData("oil | oil", "oil | -")]
    [InlineData("oil | -", "oil | oil")]
    [InlineData("oil | oil,gas", "oil | oil")]
    [InlineData("oil | gas", "oil | oil")]
    [InlineData("- | oil", "- | -")]
    [InlineData("oil | oil", "- | oil=mistyped")]
    public async Task Where_the_label_is_so_already_the_same_change_of_the_namespace_itself_is_advised(string stored, string received) =>
        Assert.EndsWith(
            "can't change a tenancy; make this change on the namespace itself: kubectl edit ns billing",
            await RefusalAsync(Ns(stored), Ns(received)),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("oil | oil", "oil | oil,gas", "the ownerReferences name several tenants: \"oil\" and \"gas\"; change the label alone")]
    [InlineData("oil | oil", "gas | coal", "the label asks for tenant \"gas\", the ownerReferences name \"coal\"; change the label alone")]
    public async Task What_contradicts_itself_is_told_that_it_does(string stored, string received, string words) =>
        Assert.EndsWith(
            $"the subresource \"status\" can't change a tenancy, and {words}",
            await RefusalAsync(Ns(stored), Ns(received)),
            StringComparison.Ordinal);

    [Fact]
    public async Task Another_kind_of_the_tenants_group_is_not_advised_to_be_labelled()
    {
        var received = Ns("oil | oil") with { SiblingReferences = [new SameGroupOwnerReference("ResourcePool", "big", "u1")] };
        var message = await RefusalAsync(Ns("oil | oil"), received);

        Assert.EndsWith("remove it", message, StringComparison.Ordinal);
        Assert.DoesNotContain("kubectl label", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_no_tenant_can_have_is_not_advised_as_a_label()
    {
        var message = await RefusalAsync(Ns("oil | oil"), Namespace("No_Tenant", "oil"));

        Assert.Contains("is not a valid tenant name", message, StringComparison.Ordinal);
        Assert.DoesNotContain("kubectl label", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "finalize",
        "send the whole object with its label and ownerReferences as they are stored: "
        + "kubectl get ns billing -o json | jq '.spec.finalizers = []' | kubectl replace --raw /api/v1/namespaces/billing/finalize -f -")]
    [InlineData("status", "send its label and ownerReferences as they are stored")]
    public async Task A_namespace_that_is_being_deleted_is_told_to_keep_what_it_has(string subResource, string advice)
    {
        var leaving = Ns("oil | oil") with { IsTerminating = true };

        var message = await RefusalAsync(leaving, Ns("- | -") with { IsTerminating = true }, subResource);

        Assert.EndsWith(
            $"the namespace is being deleted and its tenancy can no longer change; {advice}", message, StringComparison.Ordinal);
        Allowed(await new FakeCluster().DecideAsync(leaving, leaving, AdmissionPhase.Validating, subResource: subResource));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Whether_the_stored_or_the_received_one_is_being_deleted_makes_no_difference(bool stored, bool received) =>
        Assert.Contains(
            "its tenancy can no longer change; send",
            await RefusalAsync(Ns("oil | oil") with { IsTerminating = stored }, Ns("- | -") with { IsTerminating = received }),
            StringComparison.Ordinal);

    [Fact]
    public async Task A_creation_through_a_subresource_is_advised_to_use_the_label() => Assert.EndsWith(
        $"can't change a tenancy; {Label}=gas --overwrite", await RefusalAsync(null, Ns("gas | -")), StringComparison.Ordinal);

    /// <summary>Every advice by label, followed by somebody with the permissions.</summary>
    [Theory]
    [InlineData("oil | oil", "gas | gas", "gas | oil")]
    [InlineData("oil | oil", "- | -", "- | oil")]
    [InlineData("gas | oil", "oil | oil", "oil | oil")]
    [InlineData("- | oil", "oil | oil", "oil | oil")]
    public async Task What_is_advised_is_allowed(string stored, string received, string labelled)
    {
        var cluster = new FakeCluster().Grant("release", "oil").Grant("release", "gas").Grant("adopt", "gas").Grant("adopt", "oil");

        Assert.Contains("kubectl label", await RefusalAsync(Ns(stored), Ns(received)), StringComparison.Ordinal);
        Allowed(await cluster.DecideAsync(Ns(stored), Ns(labelled)));
    }

    private static async Task<string> RefusalAsync(NamespaceRecord? stored, NamespaceRecord received, string subResource = "status")
    {
        var cluster = new FakeCluster();
        var verdict = await cluster.DecideAsync(stored, received, AdmissionPhase.Validating, subResource: subResource);

        Assert.Empty(cluster.Asked);
        return Denied(verdict, verdict is Verdict.Deny { Reason: DenyReason.Invalid } ? DenyReason.Invalid : DenyReason.Forbidden).Message;
    }
}
