using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The guard completes a namespace before any other webhook changes it.</summary>
/// <remarks>The API server calls mutating configurations in the order of their names: <c>pkg/admission/configuration/mutating_webhook_manager.go</c>.</remarks>
internal sealed class WebhookOrder : ICheck
{
    private static readonly string[] Operations = ["CREATE", "UPDATE"];
    private static readonly string[] Narrowing = ["namespaceSelector", "objectSelector", "matchConditions"];

    public string Name => "webhook-order";

    public string Summary => "No other mutating configuration that matches namespaces is called before the guard's: they are called in the order of their names. One for some namespaces only is a warning.";

    public async Task<IReadOnlyList<Diagnosis>> RunAsync(Patient patient)
    {
        if (await patient.Mutating is not Reading<IReadOnlyList<JsonNode>>.Read read || await patient.HookAsync(HookStandard.Mutator) is not { } own)
        {
            return [];
        }

        var others = Hook.Of(Hook.MutatingPlural, read.Value)
            .Where(hook => hook.Configuration != own.Configuration && Operations.Any(operation => hook.Matches("namespaces", operation)))
            .ToList();
        var before = others.Where(hook => string.CompareOrdinal(hook.Configuration, own.Configuration) < 0).OrderBy(hook => Conditions(hook).Any()).DistinctBy(hook => hook.Configuration, StringComparer.Ordinal).ToList();
        return before is []
            ? [Diagnosis.Ok($"{own.Configuration} is called before every other mutating configuration of namespaces{Names(others)}")]
            : [.. before.Select(hook => Of(hook, own))];
    }

    private static Diagnosis Of(Hook hook, Hook own)
    {
        var words = $"{hook.Configuration} is called before {own.Configuration}, and changes namespaces that the guard has not completed";
        return hook.Name.EndsWith("projectcapsule.dev", StringComparison.Ordinal)
            ? Diagnosis.Failed(words, new Fix(
                "give Capsule's configuration a name that sorts after the guard's; from 0.13 on it takes it from here, before that from its Helm release's name:",
                "kubectl patch capsuleconfiguration default --type=merge -p '{\"spec\":{\"admission\":{\"mutating\":{\"name\":\"capsule-dynamic-webhook\"}}}}'"))
            : Conditions(hook).ToList() is not [] and var conditions
            ? Diagnosis.Warning(
                $"{hook.Configuration} is called before {own.Configuration} for some namespaces ({string.Join(", ", conditions)}), and changes those before the guard has completed them",
                new Fix($"where it may set the tenant's label or ownerReferences, {Rename(hook, own)}; else leave it"))
            : Diagnosis.Failed(words, new Fix(Rename(hook, own)));
    }

    private static string Rename(Hook hook, Hook own) => $"give {hook.Configuration} a name that sorts after {own.Configuration}, where it is installed";

    /// <summary>What may leave namespaces out. An empty selector, which the API server fills in, leaves none out.</summary>
    private static IEnumerable<string> Conditions(Hook hook) => Narrowing.Where(field => hook.Node.At(field) is JsonObject { Count: > 0 } or JsonArray { Count: > 0 });

    private static string Names(IReadOnlyList<Hook> others) =>
        others is [] ? "" : $" ({string.Join(", ", others.Select(hook => hook.Configuration).Distinct(StringComparer.Ordinal))})";
}
