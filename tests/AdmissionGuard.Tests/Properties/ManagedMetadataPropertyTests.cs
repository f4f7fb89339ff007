using System.Collections.Immutable;
using AdmissionGuard.Core.Capsule;
using CsCheck;

namespace AdmissionGuard.Tests.Properties;

/// <summary>Whatever a tenant manages: what a namespace has in the end is the same before and after a pass of Capsule's webhook.</summary>
public sealed class ManagedMetadataPropertyTests(ITestOutputHelper output)
{
    private const int Cases = 20_000;
    private const string LabelKey = "capsule.clastix.io/tenant";

    private static readonly MetadataSubject Billing = new("billing", "gas", LabelKey);

    private static readonly Gen<string> Key = Gen.OneOf("a", "b", "c", "d", LabelKey, "kubernetes.io/metadata.name");
    private static readonly Gen<string> Value = Gen.OneOf("1", "2", "gas", "billing", "{{ namespace }}", "{{tenant.name}}");

    private static readonly Gen<ImmutableArray<KeyValuePair<string, string>>> Pairs =
        Gen.Select(Key, Value, KeyValuePair.Create).Array[0, 3].Select(pairs => pairs.DistinctBy(pair => pair.Key).ToImmutableArray());

    private static readonly Gen<SelectorExpression> Expression = Gen.Select(
        Key,
        Gen.OneOf("In", "NotIn", "Exists", "DoesNotExist"),
        Value.Array[1, 2],
        (key, operation, values) => new SelectorExpression(key, operation, [.. values]));

    private static readonly Gen<NamespaceSelector> Selector =
        Gen.Select(Pairs, Expression.Array[0, 2], (labels, expressions) => new NamespaceSelector(labels, [.. expressions]));

    private static readonly Gen<SelectedMetadata> Item =
        Gen.Select(Selector, Pairs, Pairs, (selector, labels, annotations) => new SelectedMetadata(selector, labels, annotations));

    private static readonly Gen<ManagedMetadata> Managed = Gen.Select(
        Pairs,
        Pairs,
        Item.Array[0, 4],
        Gen.Int[0, 3],
        (labels, annotations, selected, removes) => new ManagedMetadata
        {
            Labels = labels,
            Annotations = annotations,
            Selected = [.. selected],
            RemovesOthers = removes == 0,
        });

    [Fact]
    public void What_a_namespace_has_in_the_end_does_not_depend_on_whether_Capsule_ran()
    {
        var (settled, changed) = (0, 0);
        Gen.Select(Managed, Pairs, Pairs).Sample(
            (managed, labels, annotations) =>
            {
                var before = new Capsule(Map(labels), Map(annotations));
                before.Labels[LabelKey] = "gas";
                var after = before.Pass(managed);
                // A tenant whose items select each other in turn has no end for Capsule either.
                if (!after.Settles(managed))
                {
                    return;
                }

                Interlocked.Increment(ref settled);
                _ = before.Shown == after.Shown ? 0 : Interlocked.Increment(ref changed);
                Assert.Equal(Shown(labels, annotations, managed), Shown(after.Labels, after.Annotations, managed));
            },
            iter: Cases);

        output.WriteLine($"{settled} of {Cases} settle, {changed} of them changed by Capsule");
        Assert.True(settled > Cases / 2 && changed > Cases / 4, "hardly anything is tested");
    }

    private static string Shown(
        IEnumerable<KeyValuePair<string, string>> labels, IEnumerable<KeyValuePair<string, string>> annotations, ManagedMetadata managed)
    {
        var metadata = EffectiveMetadata.Of(labels, annotations, Billing, managed);
        return $"{Of(metadata.Labels)} / {Of(metadata.Annotations)}";

        static string Of(MetadataSet set) => string.Join(' ', new[] { "a", "b", "c", "d", LabelKey, "kubernetes.io/metadata.name" }
            .Select(key => $"{key}={(set.TryGet(key, out var value) ? value ?? "?" : "-")}{(set.IsManaged(key) ? "*" : "")}"));
    }

    private static Dictionary<string, string> Map(IEnumerable<KeyValuePair<string, string>> pairs) =>
        pairs.ToDictionary(StringComparer.Ordinal);

    /// <summary>A namespace as Capsule's mutating webhook sees it, written from Capsule's source and not from the guard's code.</summary>
    private sealed record Capsule(Dictionary<string, string> Labels, Dictionary<string, string> Annotations)
    {
        public string Shown => $"{Told(Labels)} / {Told(Annotations)}";

        public Capsule Pass(ManagedMetadata managed)
        {
            var (labels, annotations) = (Map(managed.Labels), Map(managed.Annotations));
            foreach (var item in managed.Selected.Where(item => IsSelected(item.Selector)))
            {
                AddMissing(labels, item.Labels);
                AddMissing(annotations, item.Annotations);
            }

            labels["kubernetes.io/metadata.name"] = "billing";
            labels[LabelKey] = "gas";
            return managed.RemovesOthers
                ? new Capsule(labels, annotations)
                : new Capsule(Over(Labels, labels), Over(Annotations, annotations));
        }

        /// <summary>Whether as many passes as there are items leave nothing to do.</summary>
        public bool Settles(ManagedMetadata managed)
        {
            var last = managed.Selected.Aggregate(this, (now, _) => now.Pass(managed));
            return last.Pass(managed).Shown == last.Shown;
        }

        private bool IsSelected(NamespaceSelector selector) =>
            selector.MatchLabels.All(wanted => Labels.GetValueOrDefault(wanted.Key) == wanted.Value)
            && selector.MatchExpressions.All(each => each.Operator switch
            {
                "In" => Labels.TryGetValue(each.Key, out var value) && each.Values.Contains(value),
                "NotIn" => !Labels.TryGetValue(each.Key, out var value) || !each.Values.Contains(value),
                "Exists" => Labels.ContainsKey(each.Key),
                _ => !Labels.ContainsKey(each.Key),
            });

        private static void AddMissing(Dictionary<string, string> map, IEnumerable<KeyValuePair<string, string>> pairs)
        {
            foreach (var (key, value) in pairs)
            {
                var named = value.Replace("{{ namespace }}", "billing", StringComparison.Ordinal);
                map.TryAdd(key, named.Replace("{{tenant.name}}", "gas", StringComparison.Ordinal));
            }
        }

        private static Dictionary<string, string> Over(Dictionary<string, string> below, Dictionary<string, string> above) =>
            below.Where(pair => !above.ContainsKey(pair.Key)).Concat(above).ToDictionary(StringComparer.Ordinal);

        private static string Told(Dictionary<string, string> map) =>
            string.Join(' ', map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
    }
}
