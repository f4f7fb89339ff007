using System.Collections.Immutable;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using static AdmissionGuard.Core.Tests.Builders;
using static AdmissionGuard.Core.Tests.Deciding;

namespace AdmissionGuard.Core.Tests.Policies;

/// <summary>The rules on metadata beside what the target manages: the same verdict before and after Capsule's mutating webhook.</summary>
public sealed class ManagedMetadataRuleTests
{
    private const string LabelKey = "capsule.clastix.io/tenant";

    // What the target says, by name; each with the metadata that a namespace brings, and what stands against it.
    private static readonly (string Name, Tenant Target, string Labels, string Annotations, string[] Words)[] Situations =
    [
        ("forbidden and managed", Gas(Managed("team=gas")) with { ForbiddenLabels = new(["team"], "") }, "", "", []),
        ("forbidden, managed, and brought along with another value", Gas(Managed("team=gas")) with { ForbiddenLabels = new(["team"], "") }, "team=oil", "", []),
        ("forbidden by a pattern and managed", Gas(Managed("team=gas")) with { ForbiddenLabels = new([], ".*") }, "", "", []),
        ("forbidden by a pattern, and another label brought along", Gas(Managed("team=gas")) with { ForbiddenLabels = new([], ".*") }, "tier=gold", "",
            ["""tenant "gas" forbids the label "tier"; take it off in the same request"""]),
        ("an annotation that is forbidden and managed", Gas(Managed("", "note=gas")) with { ForbiddenAnnotations = new(["note"], "") }, "", "note=oil", []),
        ("forbidden, and managed where another label selects it", Gas(Listed("tier=gold", "team=gas")) with { ForbiddenLabels = new(["team"], "") }, "tier=gold", "", []),
        ("forbidden, and managed where a managed label selects it", Gas(Listed("tier=gold", "team=gas") with { Labels = Pairs("tier=gold") }) with { ForbiddenLabels = new(["team"], "") }, "", "", []),
        ("forbidden, and managed for other namespaces only", Gas(Listed("tier=gold", "team=gas")) with { ForbiddenLabels = new(["team"], "") }, "team=gas", "",
            ["""tenant "gas" forbids the label "team"; take it off in the same request"""]),
        ("forbidden and removed", Gas(ManagedMetadata.None with { RemovesOthers = true }) with { ForbiddenLabels = new(["team"], "") }, "team=oil", "", []),
        ("required and managed", Gas(Managed("cost=1234")) with { RequiredLabels = [new("cost", "^[0-9]{4}$")] }, "", "", []),
        ("required and managed over a wrong value", Gas(Managed("cost=1234")) with { RequiredLabels = [new("cost", "^[0-9]{4}$")] }, "cost=x", "", []),
        ("required and managed with a wrong value", Gas(Managed("cost=x")) with { RequiredLabels = [new("cost", "^[0-9]{4}$")] }, "cost=1234", "",
            ["""tenant "gas" requires the label "cost" with a value that matches "^[0-9]{4}$"; the tenant sets the label "cost" to "x" itself; correct the tenant first"""]),
        ("required and managed by a template", Gas(Listed("", "", "contact={{ namespace }}@{{ tenant.name }}")) with { RequiredAnnotations = [new("contact", "^billing@gas$")] }, "", "", []),
        ("required, brought along and removed", Gas(ManagedMetadata.None with { RemovesOthers = true }) with { RequiredLabels = [new("cost", ".*")] }, "cost=1234", "",
            ["""tenant "gas" requires the label "cost" with a value that matches ".*"; the tenant removes metadata that it does not manage (managedMetadataOnly); add the label to its additionalMetadata first"""]),
        ("required, and managed by an item whose selector is removed", Gas(Listed("tier=gold", "cost=1234") with { RemovesOthers = true }) with { RequiredLabels = [new("cost", ".*")] }, "tier=gold", "",
            ["""tenant "gas" requires the label "cost" with a value that matches ".*"; the tenant removes metadata that it does not manage (managedMetadataOnly); add the label to its additionalMetadata first"""]),
        ("required, missing and not managed", Gas(Managed("team=gas")) with { RequiredLabels = [new("cost", ".*")] }, "", "",
            ["""tenant "gas" requires the label "cost" with a value that matches ".*"; set it in the same request"""]),
        ("required, and the tenant's own label", Gas(ManagedMetadata.None) with { RequiredLabels = [new(LabelKey, "^gas$"), new("kubernetes.io/metadata.name", "^billing$")] }, "", "", []),
    ];

    public static TheoryData<string> Names { get; } = [.. Situations.Select(each => each.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_verdict_is_word_for_word_the_same_whether_Capsule_ran_before_or_not(string name)
    {
        var (_, target, labels, annotations, words) = Situations.Single(each => each.Name == name);
        var before = new NamespaceMetadata(Pairs(labels), Pairs(annotations));

        var first = await DecideAsync(target, before, AdmissionPhase.Mutating);
        // Reinvoked after Capsule's webhook, and in the validating one.
        var again = await DecideAsync(target, AfterCapsule(target, before), AdmissionPhase.Mutating);
        var last = await DecideAsync(target, AfterCapsule(target, before), AdmissionPhase.Validating);
        var late = await DecideAsync(target, AfterCapsule(target, AfterCapsule(target, before)), AdmissionPhase.Validating);

        Assert.Equal(words, Told(first));
        Assert.All([again, last, late], verdict => Assert.Equal(words, Told(verdict)));
    }

    [Fact]
    public async Task A_required_value_that_depends_on_a_name_yet_to_be_generated_waits_for_the_validator()
    {
        var gas = Gas(Listed("", "for={{ namespace }}")) with { RequiredLabels = [new("for", "^gas-"), new("kubernetes.io/metadata.name", "^gas-")] };
        var cluster = new FakeCluster().Grant("adopt", "gas").Live(gas);

        Allowed(await cluster.DecideAsync(null, Marks("gas | gas") with { Name = "" }));
        Allowed(await cluster.DecideAsync(null, Marks("gas | gas") with { Name = "gas-x1" }, AdmissionPhase.Validating));
        Denied(await cluster.DecideAsync(null, Marks("gas | gas") with { Name = "oil-x1" }, AdmissionPhase.Validating), DenyReason.Forbidden);
    }

    private static IEnumerable<string> Told(Verdict verdict) => verdict is Verdict.Deny deny
        ? deny.Reasons.Select(reason => reason[(reason.IndexOf(": ", StringComparison.Ordinal) + 2)..])
        : [];

    private static async Task<Verdict> DecideAsync(Tenant target, NamespaceMetadata metadata, AdmissionPhase phase) =>
        await new FakeCluster().Grant("release", "oil").Grant("adopt", "gas").Live(target)
            .DecideAsync(Marks("oil | oil"), Marks(phase is AdmissionPhase.Mutating ? "gas | oil" : "gas | gas"), phase, metadata: metadata);

    /// <summary>One pass of Capsule's mutating webhook, written from its source and not from the guard's code.</summary>
    private static NamespaceMetadata AfterCapsule(Tenant target, NamespaceMetadata before)
    {
        var own = new Dictionary<string, string>(StringComparer.Ordinal) { [LabelKey] = target.Name, ["kubernetes.io/metadata.name"] = "billing" };
        var seen = Map([.. before.Labels, .. own]);
        var items = target.Managed.Selected.Where(item => item.Selector.MatchLabels.All(wanted => seen.GetValueOrDefault(wanted.Key) == wanted.Value)).ToList();
        return new NamespaceMetadata(
            Merge(before.Labels, items.SelectMany(item => item.Labels), [.. target.Managed.Labels, .. own]),
            Merge(before.Annotations, items.SelectMany(item => item.Annotations), target.Managed.Annotations));

        ImmutableArray<KeyValuePair<string, string>> Merge(IEnumerable<KeyValuePair<string, string>> brought, IEnumerable<KeyValuePair<string, string>> listed, IEnumerable<KeyValuePair<string, string>> fixedOnes)
        {
            var filled = listed.Reverse().Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Replace("{{ namespace }}", "billing", StringComparison.Ordinal).Replace("{{ tenant.name }}", target.Name, StringComparison.Ordinal)));
            return [.. Map([.. target.Managed.RemovesOthers ? [] : brought, .. filled, .. fixedOnes])];
        }
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

    private static Tenant Gas(ManagedMetadata managed) => new("gas", UidOf("gas")) { Managed = managed };

    private static ManagedMetadata Managed(string labels, string annotations = "") => new() { Labels = Pairs(labels), Annotations = Pairs(annotations) };

    private static ManagedMetadata Listed(string selector, string labels, string annotations = "") =>
        new() { Selected = [new SelectedMetadata(new NamespaceSelector(Pairs(selector), []), Pairs(labels), Pairs(annotations))] };

    private static ImmutableArray<KeyValuePair<string, string>> Pairs(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], pair[1]))];
}
