using System.Globalization;
using System.Text;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Tests.Policies;
using static AdmissionGuard.Core.Tests.Builders;

namespace AdmissionGuard.Core.Tests.Decisions;

/// <summary>
/// Makes every kind of refusal once: each says who, what, why and what to do next, and all of them stand in <c>deploy/docs/refusals.md</c>.
/// </summary>
public sealed class RefusalReferenceTests
{
    private static readonly (string When, Func<Task<Verdict>> Decide)[] Refusals =
    [
        ("permissions are missing", () => new FakeCluster().DecideAsync(Ns("oil | oil"), Ns("gas | oil"))),
        ("the permission to release is missing", () => new FakeCluster().DecideAsync(Ns("oil | oil"), Ns("- | oil"))),
        ("a user who neither owns the tenant nor may adopt creates a namespace", () => new FakeCluster().DecideAsync(
            null, Ns("gas | -"))),
        .. PolicyRules.All.Select(rule => ($"rule `{rule.Name}`", (Func<Task<Verdict>>)(() => RefusedMove.Of(rule).DecideAsync()))),
        ("a pattern of the CapsuleConfiguration is invalid", () => MoveAsync(Protecting("(?!a)"))),
        ("the CapsuleConfiguration protects the namespace", () => MoveAsync(Protecting("^bill"))),
        (
            "the namespace is that of the guard or of a tenant controller",
            () => Mover().DecideAsync(System("- | -"), System("gas | -"))
        ),
        (
            "an override by annotation, for a tenant with managedMetadataOnly",
            () => Removing().DecideAsync(Ns("oil | oil"), Ns("gas | oil") with { ChangeReason = new("", "INC-7") })
        ),
        ("an override without its verb", () => Cordoned().DecideAsync(
            Ns("oil | oil"), Ns("gas | oil"), fieldManager: "override: INC-7")),
        ("the tenant does not exist", () => Mover().Grant("adopt", "gsa").DecideAsync(Ns("oil | oil"), Ns("gsa | oil"))),
        ("the tenant is being deleted", () => Mover().Live("gas", terminating: true).DecideAsync(Ns("oil | oil"), Ns("gas | oil"))),
        ("the tenant does not exist, and the user has neither the verb adopt nor the verb get on it", () => new FakeCluster().Grant(
            "release", "oil")
            .DecideAsync(Ns("oil | oil"), Ns("gsa | oil"))),
        ("tenants are not served because their CRD was deleted", () => NotServed().DecideAsync(Ns("oil | oil"), Ns("gas | oil"))),
        ("the tenant's name is invalid", () => Mover().DecideAsync(Ns("oil | oil"), Namespace(null, "gas/status=x"))),
        ("label and ownerReferences name different tenants", () => Mover().DecideAsync(Ns("oil | oil"), Ns("gas | coal"))),
        ("an ownerReference to a second tenant is added", () => Mover().DecideAsync(Ns("oil | oil"), Ns("oil | oil,gas"))),
        ("a creation names two tenants", () => Mover().DecideAsync(null, Ns("oil | gas"))),
        ("an ownerReference to another kind of the tenants' API group is added", () => Mover().DecideAsync(
            Ns("oil | oil"),
            Ns("oil | oil") with { SiblingReferences = [new SameGroupOwnerReference("ResourcePool", "big", "u1")] })),
        ("the change is sent to a subresource", () => Mover().DecideAsync(
            Ns("oil | oil"), Ns("gas | gas"), AdmissionPhase.Validating, subResource: "status")),
        ("the change is sent to a subresource and the label does not change", () => Mover().DecideAsync(
            Ns("oil | oil"), Ns("oil | -"), AdmissionPhase.Validating, subResource: "status")),
        ("a namespace that is being deleted is finalized without its label", () => Mover().DecideAsync(
            Ns("oil | oil") with { IsTerminating = true },
            Ns("- | oil") with { IsTerminating = true },
            AdmissionPhase.Validating,
            subResource: "finalize")),
        ("in mode `audit`, a user without the verb writes a wrong UID", () => new FakeCluster().DecideAsync(
            Ns("oil | oil"), Ns("gas | gas=mistyped"), options: new GuardOptions { Mode = EnforcementMode.Audit })),
        ("the namespace is being deleted", () => Mover().DecideAsync(
            Ns("oil | oil") with { IsTerminating = true }, Ns("gas | oil") with { IsTerminating = true })),
        ("a tenant controller sets only the label", () => MoveAsync(Mover(), new GuardOptions { TenantControllers = ["alice"] })),
        ("a lookup fails", () => Mover()
            .Says("gas", new TenantLookup.Unknown(new ApiFailure(ApiFailureKind.TimedOut)))
            .DecideAsync(Ns("oil | oil"), Ns("gas | oil"))),
        ("an access review fails", () => Mover()
            .Says("alice", "adopt", "gas", new Permission.Unknown(new ApiFailure(ApiFailureKind.Unreachable)))
            .DecideAsync(Ns("oil | oil"), Ns("gas | oil"))),
        ("the CapsuleConfiguration can't be read", () => SilentCapsule().DecideAsync(Ns("oil | oil"), Ns("gas | oil"))),
        ("too many lookups are in progress", () => Mover().Full().DecideAsync(Ns("oil | oil"), Ns("gas | oil"))),
        ("the mutating webhook did not run", () => Mover().DecideAsync(Ns("oil | oil"), Ns("gas | oil"), AdmissionPhase.Validating)),
        ("the tenant was recreated between the two webhooks", () => Mover().DecideAsync(
            Ns("oil | oil"), Ns("gas | gas=older-uid"), AdmissionPhase.Validating)),
    ];

    [Fact]
    public async Task Every_refusal_says_who_and_what_and_is_in_the_documentation()
    {
        var text = new StringBuilder("| When | Code | The answer |\n|---|---|---|\n");
        foreach (var (when, decide) in Refusals)
        {
            var deny = Assert.IsType<Verdict.Deny>(await decide());
            Assert.Matches("^alice (may not|can't) (create|move|bring|release|repair|change)", deny.Message);
            Assert.Matches("(needs|needs .*|; [a-z]|try again|use: )", deny.Message);
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {when} | {Code(deny.Reason)} | {deny.Message.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }

        Generated.BlockIs("deploy/docs/refusals.md", "refusals", text.ToString());
    }

    [Fact]
    public void Every_rule_is_in_the_documentation()
    {
        var text = new StringBuilder("| Rule | Applies to | Default | Requirement |\n|---|---|---|---|\n");
        foreach (var rule in PolicyRules.All)
        {
            var scope = rule.Scope switch
            {
                RuleScope.Change => "every change of an existing namespace",
                RuleScope.Entry => "every adoption and move, and a creation unless by a tenant owner",
                _ => "every adoption, move and creation",
            };
            text.Append(
                CultureInfo.InvariantCulture,
                $"| `{rule.Name}` | {scope} | `{rule.DefaultMode.ToString().ToLowerInvariant()}` | {rule.Summary} |\n");
        }

        Generated.BlockIs("deploy/docs/configuration.md", "rules", text.ToString());
    }

    private static int Code(DenyReason reason) => reason switch
    {
        DenyReason.Forbidden => 403,
        DenyReason.Invalid => 422,
        DenyReason.Conflict => 409,
        DenyReason.Busy => 429,
        _ => 503,
    };

    private static FakeCluster NotServed() => Mover().Says("oil", new TenantLookup.NotServed()).Says("gas", new TenantLookup.NotServed());

    private static FakeCluster Mover() => new FakeCluster().Grant("release", "oil").Grant("adopt", "gas");

    private static FakeCluster Cordoned() => Mover().Live(new Tenant("gas", UidOf("gas")) { IsCordoned = true });

    private static Task<Verdict> MoveAsync(FakeCluster cluster, GuardOptions? options = null) =>
        cluster.DecideAsync(Ns("oil | oil"), Ns("gas | oil"), options: options);

    private static FakeCluster Removing() =>
        Mover().Live(new Tenant("gas", UidOf("gas")) { IsCordoned = true, Managed = new() { RemovesOthers = true } });

    private static NamespaceRecord System(string tenancy) => Ns(tenancy) with { Name = "admissionguard-system" };

    private static FakeCluster Protecting(string pattern)
    {
        var cluster = Mover();
        cluster.Capsule = new CapsuleLookup.Known(new CapsuleSettings { ProtectedNamespaces = pattern });
        return cluster;
    }

    private static FakeCluster SilentCapsule()
    {
        var cluster = Mover();
        cluster.Capsule = new CapsuleLookup.Unknown(ApiFailure.Answered(403));
        return cluster;
    }
}
