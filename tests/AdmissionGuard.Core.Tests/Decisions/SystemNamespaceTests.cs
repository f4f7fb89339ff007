using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;
using static AdmissionGuard.Core.Tests.Builders;
using static AdmissionGuard.Core.Tests.Deciding;

namespace AdmissionGuard.Core.Tests.Decisions;

/// <summary>The namespaces of the guard and of the tenants' controllers can't be part of a tenant.</summary>
public sealed class SystemNamespaceTests
{
    private static readonly GuardOptions Options = new()
    {
        OwnNamespace = "guard",
        TenantControllers = ["system:serviceaccount:tenancy:capsule", "operator"],
        ExemptUsers = ["alice"],
        Policy = new PolicyOptions { ProtectedNamespaces = [], Modes = new PolicyOptions().Modes.Add("protectedNamespaces", RuleMode.Off) },
    };

    private readonly FakeCluster _cluster = new FakeCluster().Grant("release", "oil").Grant("adopt", "gas").Grant("override", "gas");

    public static MatrixTheoryData<string, EnforcementMode> NamesAndModes { get; } =
        new(["guard", "tenancy"], Enum.GetValues<EnforcementMode>());

    [Theory]
    [MemberData(nameof(NamesAndModes))]
    public async Task No_way_leads_into_a_tenant_in_any_mode_by_any_override_and_with_the_rule_off(string name, EnforcementMode mode)
    {
        foreach (var phase in Enum.GetValues<AdmissionPhase>())
        {
            foreach (var (stored, received) in new[] { (null, "gas | gas"), ("- | -", "gas | gas"), ("oil | oil", "gas | gas") })
            {
                var deny = Denied(await DecideAsync(name, stored, received, phase, mode), DenyReason.Forbidden);

                Assert.Equal(Words(name), Assert.Single(deny.Reasons));
            }
        }
    }

    [Theory]
    [MemberData(nameof(NamesAndModes))]
    public async Task Neither_does_a_contradiction_which_the_modes_warn_and_audit_let_pass(string name, EnforcementMode mode)
    {
        foreach (var received in new[] { "gas | coal", "oil | oil,gas" })
        {
            var deny = Assert.IsType<Verdict.Deny>(await DecideAsync(name, "oil | oil", received, AdmissionPhase.Validating, mode));

            Assert.Equal(mode is EnforcementMode.Enforce, deny.Reason is DenyReason.Invalid);
            Assert.Equal(mode is not EnforcementMode.Enforce, deny.Message.Contains(Words(name), StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Missing_rights_are_named_beside_it_and_the_rule_that_protects_it_too_once()
    {
        var verdict = await new FakeCluster().DecideAsync(Named("- | -", "capsule-system"), Named("gas | -", "capsule-system"));

        var deny = Denied(verdict, DenyReason.Forbidden);
        Assert.Equal([Words("capsule-system"), "needs \"adopt\" on tenants.capsule.clastix.io \"gas\""], deny.Reasons);
    }

    [Theory]
    [InlineData("oil | oil", "- | -", TransitionKind.Release)]
    [InlineData("oil | oil", "oil | oil=stale", TransitionKind.Repair)]
    [InlineData("oil | oil", "oil | oil", TransitionKind.Unchanged)]
    public async Task What_is_in_one_already_can_leave_it_and_be_repaired(string stored, string received, TransitionKind kind) =>
        Assert.Equal(kind, Allowed(await DecideAsync("guard", stored, received)).Transition.Kind);

    [Theory]
    [InlineData("guard-2")]
    [InlineData("tenanc")]
    [InlineData("tenancy:capsule")]
    [InlineData("operator")]
    [InlineData("capsule-system")]
    [InlineData("admissionguard-system")]
    [InlineData("")]
    public async Task Other_names_do(string name) => Allowed(await DecideAsync(name, "oil | oil", "gas | gas"));

    [Theory]
    [InlineData("admissionguard-system")]
    [InlineData("capsule-system")]
    public async Task Where_nothing_is_configured_they_are_those_of_the_installation(string name) => Denied(
        await _cluster.DecideAsync(Named("- | -", name), Named("gas | -", name), options: new GuardOptions { Policy = Options.Policy }),
        DenyReason.Forbidden);

    [Fact]
    public void Their_names_are_the_guards_own_and_those_of_the_controllers_service_accounts_each_once() => Assert.Equal(
        ["guard", "tenancy", "other"],
        SystemNamespaces.Of(new GuardOptions
        {
            OwnNamespace = "guard",
            TenantControllers =
            [
                "operator",
                "system:serviceaccount:tenancy:capsule",
                "system:serviceaccount:other:controller",
                "system:serviceaccount:tenancy:second",
                "system:serviceaccount:guard:third",
            ],
        }));

    private static string Words(string name) =>
        $"rule protectedNamespaces: AdmissionGuard or a tenant controller runs in namespace \"{name}\", "
        + "which is protected in every mode and can't be part of a tenant; use another namespace";

    private static NamespaceRecord Named(string tenancy, string name) => Ns(tenancy) with { Name = name };

    private Task<Verdict> DecideAsync(
        string name,
        string? stored,
        string received,
        AdmissionPhase phase = AdmissionPhase.Mutating,
        EnforcementMode mode = EnforcementMode.Enforce) => _cluster.DecideAsync(
            stored is null ? null : Named(stored, name),
            Named(received, name),
            phase,
            options: Options with { Mode = mode },
            fieldManager: "override: INC-1");
}
