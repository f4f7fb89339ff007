using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using static AdmissionGuard.Core.Tests.Builders;
using static AdmissionGuard.Core.Tests.Deciding;

namespace AdmissionGuard.Core.Tests.Decisions;

/// <summary>The words of what happened, and of what may not.</summary>
public sealed class WordingTests
{
    private readonly FakeCluster _cluster = new FakeCluster().Grant("release", "oil").Grant("release", "coal").Grant("adopt", "gas");

    [Theory]
    [InlineData("- | -", "gas | gas", "billing may join tenant gas; ownerReference set to gas (uid gas-uid--…)")]
    [InlineData("oil | oil", "gas | gas", "billing may move from tenant oil to gas; ownerReference set to gas (uid gas-uid--…)")]
    [InlineData(
        "oil | oil,coal",
        "gas | gas",
        "billing may move from tenants \"oil\" and \"coal\" to gas; ownerReference set to gas (uid gas-uid--…)")]
    [InlineData("oil | oil", "- | -", "billing may leave tenant oil; label and ownerReference removed")]
    [InlineData("ghost | ghost", "- | -", "billing may leave its tenant; label and ownerReference removed")]
    [InlineData("ghost | ghost", "gas | gas", "billing may join tenant gas; ownerReference set to gas (uid gas-uid--…)")]
    [InlineData("oil | oil=stale", "oil | oil", "billing stays in tenant oil; ownerReference set to oil (uid oil-uid--…)")]
    public async Task The_validator_says_what_is_allowed(string stored, string received, string words) =>
        Assert.Equal(
            [$"AdmissionGuard: {words}"],
            Allowed(await _cluster.DecideAsync(Ns(stored), Ns(received), AdmissionPhase.Validating)).Warnings);

    [Theory]
    [InlineData("- | -", "gas | -", "bring namespace billing into tenant gas")]
    [InlineData("oil | oil", "gas | -", "move namespace billing from tenant oil to gas")]
    [InlineData("oil | oil", "- | -", "release namespace billing from tenant oil")]
    [InlineData("oil | oil", "oil | gas,oil", "change the tenancy of namespace billing")]
    [InlineData("dying | dying=stale", "dying | dying=other", "repair the tenancy of namespace billing in tenant dying")]
    public async Task A_refusal_says_what_was_wanted(string stored, string received, string words)
    {
        var deny = Assert.IsType<Verdict.Deny>(
            await _cluster.Live("dying", terminating: true).DecideAsync(Ns(stored), Ns(received), user: User("bob")));

        Assert.Matches($"^bob (may not|can't) {words}: ", deny.Message);
    }

    [Fact]
    public async Task A_namespace_whose_name_is_yet_to_be_generated_has_none_in_messages()
    {
        var nameless = Ns("gas | -") with { Name = "" };

        Assert.StartsWith(
            "bob may not create a namespace in tenant gas: ",
            Denied(await _cluster.DecideAsync(null, nameless, user: User("bob")), DenyReason.Forbidden).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "bob can't create a namespace: ",
            Denied(await _cluster.DecideAsync(null, Ns("gas | oil") with { Name = "" }, user: User("bob")), DenyReason.Invalid).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("oil | -", "billing has the tenant label \"oil\" and no ownerReference, so it belongs to no tenant")]
    [InlineData("- | oil", "billing has an ownerReference to tenant \"oil\" and no tenant label")]
    [InlineData("- | oil,gas", "billing has ownerReferences to tenants \"oil\" and \"gas\" and no tenant label")]
    [InlineData("oil | gas", "billing has the tenant label \"oil\" and ownerReferences to \"gas\"")]
    public async Task A_broken_tenancy_that_is_left_alone_is_told_by_the_validator_alone(string tenancy, string words)
    {
        Assert.Equal(
            [$"AdmissionGuard: {words}"],
            Allowed(await _cluster.DecideAsync(Ns(tenancy), Ns(tenancy), AdmissionPhase.Validating)).Warnings);
        Assert.Empty(Allowed(await _cluster.DecideAsync(Ns(tenancy), Ns(tenancy))).Warnings);
    }

    [Fact]
    public async Task What_an_owner_changes_later_is_told_as_everybodys_is()
    {
        _cluster.Live("gas", owners: new TenantOwner("User", "alice"));

        Assert.Single(Allowed(await _cluster.DecideAsync(Ns("oil | oil"), Ns("gas | gas"), AdmissionPhase.Validating)).Warnings);
        Assert.Single(Allowed(await _cluster.DecideAsync(Ns("oil | oil"), Ns("- | -"), AdmissionPhase.Validating)).Warnings);
    }
}
