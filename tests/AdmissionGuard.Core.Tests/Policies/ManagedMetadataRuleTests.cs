using System.Collections.Immutable;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using static AdmissionGuard.Core.Tests.Builders;
using static AdmissionGuard.Core.Tests.Capsule.Metadata;
using static AdmissionGuard.Core.Tests.Deciding;

namespace AdmissionGuard.Core.Tests.Policies;

/// <summary>The rules on metadata beside what the target manages: the same verdict before and after Capsule's mutating webhook.</summary>
public sealed class ManagedMetadataRuleTests
{
    private const string Removes = "the tenant removes metadata that it does not manage (managedMetadataOnly); "
        + "add the label to its additionalMetadata first";

    private static readonly Tenant Managing = Gas(new() { Labels = Pairs("team=gas") });
    private static readonly Tenant Pricing =
        Gas(new() { Labels = Pairs("cost=1234") }) with { RequiredLabels = [new("cost", "^[0-9]{4}$")] };

    private static readonly Tenant Removing = Gas(new() { RemovesOthers = true });
    private static readonly Tenant Listing = Gas(new() { Selected = [Item("tier=gold", "team=gas,cost=1234")] });

    private static readonly Situation[] Situations =
    [
        new("a label that is forbidden and managed", Forbid(Managing, "team")),
        new("the same, brought along with another value", Forbid(Managing, "team")) { Labels = "team=oil" },
        new("all labels forbidden by a pattern", Managing with { ForbiddenLabels = new([], ".*") }),
        new("the same, and another label brought along", Managing with { ForbiddenLabels = new([], ".*") })
        {
            Labels = "tier=gold",
            Words = ["tenant \"gas\" forbids the label \"tier\"; remove it in the same request"],
        },
        new(
            "an annotation that is forbidden and managed",
            Gas(new() { Annotations = Pairs("note=gas") }) with { ForbiddenAnnotations = new(["note"], "") })
        {
            Annotations = "note=oil",
        },
        new("forbidden, and managed where another label selects it", Forbid(Listing, "team")) { Labels = "tier=gold" },
        new("forbidden, and managed where a managed label selects it", Forbid(Managed(Listing, "tier=gold"), "team")),
        new("forbidden, and managed for other namespaces only", Forbid(Listing, "team"))
        {
            Labels = "team=gas",
            Words = ["tenant \"gas\" forbids the label \"team\"; remove it in the same request"],
        },
        new("forbidden and removed", Forbid(Removing, "team")) { Labels = "team=oil" },
        new("required and managed", Pricing),
        new("the same over a wrong value", Pricing) { Labels = "cost=x" },
        new("required and managed with a wrong value", Managed(Pricing, "cost=x"))
        {
            Labels = "cost=1234",
            Words = [$"{Required("^[0-9]{4}$")}; the tenant sets the label \"cost\" to \"x\" itself; correct the tenant first"],
        },
        new(
            "required and managed by a template",
            Gas(new() { Selected = [Item("", "", "contact={{ namespace }}@{{ tenant.name }}")] })
                with { RequiredAnnotations = [new("contact", "^billing@gas$")] }),
        new("required, brought along and removed", Require(Removing)) { Labels = "cost=1234", Words = [$"{Required(".*")}; {Removes}"] },
        new("required, and managed by an item that a removed label selects", Require(Gas(Listing.Managed with { RemovesOthers = true })))
        {
            Labels = "tier=gold",
            Words = [$"{Required(".*")}; {Removes}"],
        },
        new("required, missing and not managed", Require(Managing)) { Words = [$"{Required(".*")}; set it in the same request"] },
        new(
            "required, and the tenant's own labels",
            Managing with { RequiredLabels = [new(LabelKey, "^gas$"), new(NameLabel, "^billing$")] }),
    ];

    public static TheoryData<string> Names { get; } = [.. Situations.Select(each => each.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_verdict_is_word_for_word_the_same_whether_Capsule_ran_before_or_not(string name)
    {
        var state = Situations.Single(each => each.Name == name);
        var before = new NamespaceMetadata(Pairs(state.Labels), Pairs(state.Annotations));
        var after = AfterCapsule(state.Target, before);
        var later = AfterCapsule(state.Target, after);

        Assert.Equal(state.Words, await DecideAsync(state.Target, before, AdmissionPhase.Mutating));
        // Called again after Capsule's webhook, in the validating one, and after a later pass of Capsule.
        Assert.Equal(state.Words, await DecideAsync(state.Target, after, AdmissionPhase.Mutating));
        Assert.Equal(state.Words, await DecideAsync(state.Target, after, AdmissionPhase.Validating));
        Assert.Equal(state.Words, await DecideAsync(state.Target, later, AdmissionPhase.Validating));
    }

    [Fact]
    public async Task A_required_value_that_depends_on_a_name_yet_to_be_generated_waits_for_the_validator()
    {
        var gas = Gas(new() { Selected = [Item("", "for={{ namespace }}")] });
        gas = gas with { RequiredLabels = [new("for", "^gas-"), new(NameLabel, "^gas-")] };
        var cluster = new FakeCluster().Grant("adopt", "gas").Live(gas);

        Allowed(await CreateAsync("", AdmissionPhase.Mutating));
        Allowed(await CreateAsync("gas-x1", AdmissionPhase.Validating));
        Denied(await CreateAsync("oil-x1", AdmissionPhase.Validating), DenyReason.Forbidden);

        Task<Verdict> CreateAsync(string name, AdmissionPhase phase) =>
            cluster.DecideAsync(null, Ns("gas | gas") with { Name = name }, phase);
    }

    private static async Task<IEnumerable<string>> DecideAsync(Tenant target, NamespaceMetadata metadata, AdmissionPhase phase)
    {
        var received = Ns(phase is AdmissionPhase.Mutating ? "gas | oil" : "gas | gas");
        var cluster = new FakeCluster().Grant("release", "oil").Grant("adopt", "gas").Live(target);
        var verdict = await cluster.DecideAsync(Ns("oil | oil"), received, phase, metadata: metadata);
        return verdict is Verdict.Deny deny ? deny.Reasons.Select(WithoutTheRule) : [];

        static string WithoutTheRule(string reason) => reason[(reason.IndexOf(": ", StringComparison.Ordinal) + 2)..];
    }

    /// <summary>One pass of Capsule's mutating webhook, written from its source and not from the guard's code.</summary>
    private static NamespaceMetadata AfterCapsule(Tenant target, NamespaceMetadata before)
    {
        var seen = Map([.. before.Labels, new(LabelKey, target.Name), new(NameLabel, "billing")]);
        var items = target.Managed.Selected.Where(IsSelected).ToList();
        return new NamespaceMetadata(
            Merge(
                before.Labels,
                items.SelectMany(item => item.Labels),
                [.. target.Managed.Labels, new(LabelKey, target.Name), new(NameLabel, "billing")]),
            Merge(before.Annotations, items.SelectMany(item => item.Annotations), target.Managed.Annotations));

        bool IsSelected(SelectedMetadata item) =>
            item.Selector.MatchLabels.All(wanted => seen.GetValueOrDefault(wanted.Key) == wanted.Value);

        ImmutableArray<KeyValuePair<string, string>> Merge(
            IEnumerable<KeyValuePair<string, string>> brought,
            IEnumerable<KeyValuePair<string, string>> listed,
            IEnumerable<KeyValuePair<string, string>> always) =>
            [.. Map([.. target.Managed.RemovesOthers ? [] : brought, .. listed.Reverse().Select(Filled), .. always])];

        KeyValuePair<string, string> Filled(KeyValuePair<string, string> pair) => new(
            pair.Key,
            pair.Value
                .Replace("{{ namespace }}", "billing", StringComparison.Ordinal)
                .Replace("{{ tenant.name }}", target.Name, StringComparison.Ordinal));
    }

    private static Dictionary<string, string> Map(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in pairs)
        {
            map[key] = value;
        }

        return map;
    }

    private static string Required(string pattern) => $"tenant \"gas\" requires the label \"cost\" with a value that matches \"{pattern}\"";

    private static Tenant Gas(ManagedMetadata managed) => new("gas", UidOf("gas")) { Managed = managed };

    private static Tenant Managed(Tenant tenant, string labels) => tenant with { Managed = tenant.Managed with { Labels = Pairs(labels) } };

    private static Tenant Forbid(Tenant tenant, string key) => tenant with { ForbiddenLabels = new([key], "") };

    private static Tenant Require(Tenant tenant) => tenant with { RequiredLabels = [new("cost", ".*")] };

    /// <summary>What the target says, the metadata that a namespace brings, and what stands against it.</summary>
    private sealed record Situation(string Name, Tenant Target)
    {
        public string Labels { get; init; } = "";

        public string Annotations { get; init; } = "";

        public string[] Words { get; init; } = [];
    }
}
