using System.Text.Json.Nodes;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Tenants;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The guard completes a namespace before any other webhook changes it.</summary>
/// <remarks>The API server calls mutating configurations in the order of their names: <c>pkg/admission/configuration/mutating_webhook_manager.go</c>.</remarks>
internal sealed class WebhookOrderCheck : IDoctorCheck
{
    private static readonly string[] Operations = ["CREATE", "UPDATE"];
    private static readonly string[] Narrowing = ["namespaceSelector", "objectSelector", "matchConditions"];

    public string Name => "webhook-order";

    public string Summary => "No other mutating configuration that matches namespaces is called before the guard's: they are called in the order of their names. One for some namespaces only is a warning.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        if (await context.Mutating is not ReadResult<IReadOnlyList<JsonNode>>.Found read || await context.WebhookAsync(ExpectedWebhook.Mutator) is not { } own)
        {
            return [];
        }

        var guard = (await context.Configuration).Options;
        var others = RegisteredWebhook.Of(RegisteredWebhook.MutatingPlural, read.Value)
            .Where(webhook => webhook.Configuration != own.Configuration && Operations.Any(operation => webhook.Matches("namespaces", operation)))
            .ToList();
        var before = others.Where(webhook => string.CompareOrdinal(webhook.Configuration, own.Configuration) < 0).OrderBy(webhook => Conditions(webhook).Any()).DistinctBy(webhook => webhook.Configuration, StringComparer.Ordinal).ToList();
        return before is []
            ? [CheckResult.Ok($"{own.Configuration} is called before every other mutating configuration of namespaces{Names(others)}")]
            : [.. before.Select(webhook => Of(webhook, own, CapsuleConfigurationReference.Of(guard)?.Name ?? "<name>"))];
    }

    private static CheckResult Of(RegisteredWebhook webhook, RegisteredWebhook own, string configuration)
    {
        var words = $"{webhook.Configuration} is called before {own.Configuration}, and changes namespaces that the guard has not completed";
        return webhook.Name.EndsWith("projectcapsule.dev", StringComparison.Ordinal)
            ? CheckResult.Failed(words, new Remediation(
                "give Capsule's configuration a name that sorts after the guard's; from 0.13 on it takes it from here, before that from its Helm release's name:",
                $"kubectl patch capsuleconfiguration {configuration} --type=merge -p '{{\"spec\":{{\"admission\":{{\"mutating\":{{\"name\":\"capsule-dynamic-webhook\"}}}}}}}}'"))
            : Conditions(webhook).ToList() is not [] and var conditions
            ? CheckResult.Warning(
                $"{webhook.Configuration} is called before {own.Configuration} for some namespaces ({string.Join(", ", conditions)}), and changes those before the guard has completed them",
                new Remediation($"where it may set the tenant's label or ownerReferences, {Rename(webhook, own)}; else leave it"))
            : CheckResult.Failed(words, new Remediation(Rename(webhook, own)));
    }

    private static string Rename(RegisteredWebhook webhook, RegisteredWebhook own) => $"give {webhook.Configuration} a name that sorts after {own.Configuration}, where it is installed";

    /// <summary>What may leave namespaces out. An empty selector, which the API server fills in, leaves none out.</summary>
    private static IEnumerable<string> Conditions(RegisteredWebhook webhook) => Narrowing.Where(field => webhook.Node.At(field) is JsonObject { Count: > 0 } or JsonArray { Count: > 0 });

    private static string Names(IReadOnlyList<RegisteredWebhook> others) =>
        others is [] ? "" : $" ({string.Join(", ", others.Select(webhook => webhook.Configuration).Distinct(StringComparer.Ordinal))})";
}
