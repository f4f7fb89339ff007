using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Namespaces;

/// <summary>Whether the validator is asked about some namespaces.</summary>
/// <param name="hook">The validator.</param>
/// <param name="guard">The guard's configuration.</param>
internal sealed class ValidatorScope(Hook hook, GuardOptions guard)
{
    private const string NameLabel = "kubernetes.io/metadata.name";

    /// <param name="names">The names of the namespaces.</param>
    /// <param name="existing">Those of them that exist.</param>
    /// <returns>Nothing where another check says already what is wrong with the validator.</returns>
    public IEnumerable<Diagnosis> Look(IReadOnlyList<string> names, IReadOnlyList<JsonNode> existing)
    {
        var leftOut = names
            .SelectMany(name => HookSelectors.LeavingOut(hook, LabelsOf(name, existing)).Select(field => (Name: name, Field: field)))
            .ToLookup(each => each.Field, each => each.Name, StringComparer.Ordinal);
        foreach (var group in leftOut)
        {
            yield return Diagnosis.Failed(
                $"the validator is not asked about {Core.Text.Join([.. group])}, which its {group.Key} leaves out: "
                + "nothing keeps such a namespace out of a tenant",
                new Fix("as deploy/base/webhooks.yaml has it:", hook.Patch([hook.Change(group.Key, new JsonObject())])));
        }

        if (TenancyCondition.UnknownOf(hook, guard.Tenant) is not [] and var unknown)
        {
            yield return Diagnosis.Unknown(
                $"whether the validator is asked about {Core.Text.Join(names)} is not known: "
                + $"its matchConditions ({string.Join(", ", unknown)}) are not known here",
                new Fix(
                    "compare them with deploy/components/match-conditions/webhooks.yaml, or take them out:",
                    hook.Patch([hook.Change("matchConditions", value: null)])));
        }
        else if (leftOut.Count == 0 && !HookDeviations.Of(hook, HookStandard.Validator).Any(each => each.IsUnsafe))
        {
            yield return Diagnosis.Ok($"the validator is asked about {Core.Text.Join(names)}");
        }
    }

    /// <summary>The labels of a namespace; of one that does not exist, the one that it would have.</summary>
    private static Dictionary<string, string?> LabelsOf(string name, IEnumerable<JsonNode> existing) =>
        existing.FirstOrDefault(ns => ns.NameOf() == name) is { } ns
            ? ns.At("metadata", "labels").Fields().ToDictionary(each => each.Key, string? (each) => each.Value, StringComparer.Ordinal)
            : new(StringComparer.Ordinal) { [NameLabel] = name };
}
