using System.Text.Json.Nodes;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Tenants;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The guard completes a namespace before any other webhook changes it.</summary>
/// <remarks>
/// The API server calls mutating configurations in the order of their names:
/// <c>pkg/admission/configuration/mutating_webhook_manager.go</c>.
/// </remarks>
internal sealed class WebhookOrderCheck : IDoctorCheck
{
    private static readonly string[] Operations = ["CREATE", "UPDATE"];
    private static readonly string[] Narrowing = ["namespaceSelector", "objectSelector", "matchConditions"];

    public string Name => "webhook-order";

    public string Summary =>
        "No other mutating webhook configuration for namespaces is called before the guard's; the API server calls them in the order of "
            + "their names. A configuration for some namespaces only is a warning.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        if (await context.Mutating is not ReadResult<IReadOnlyList<JsonNode>>.Found read
            || await context.WebhookAsync(ExpectedWebhook.Mutator) is not { } own)
        {
            return [];
        }

        var guard = (await context.Configuration).Options;
        var others = RegisteredWebhook.Of(RegisteredWebhook.MutatingPlural, read.Value)
            .Where(
                webhook => webhook.Configuration != own.Configuration
                    && Operations.Any(operation => webhook.Matches("namespaces", operation)))
            .ToList();
        var before = others.Where(webhook => string.CompareOrdinal(webhook.Configuration, own.Configuration) < 0)
            .OrderBy(webhook => Conditions(webhook).Any())
            .DistinctBy(webhook => webhook.Configuration, StringComparer.Ordinal)
            .ToList();
        return before is []
            ? [
                CheckResult.Ok(
                    $"{own.Configuration} is called before every other mutating webhook configuration for namespaces{Names(others)}"),
            ]
            : [.. before.Select(webhook => Of(webhook, own, CapsuleConfigurationReference.Of(guard)?.Name))];
    }

    private static CheckResult Of(RegisteredWebhook webhook, RegisteredWebhook own, string? configuration)
    {
        var words =
            $"{webhook.Configuration} is called before {own.Configuration}, and can change namespaces before the guard completes them";
        return webhook.Name.EndsWith("projectcapsule.dev", StringComparison.Ordinal)
            ? CheckResult.Failed(words, new Remediation(
                "give Capsule's webhook configuration a name that sorts after the guard's. From version 0.13, the name comes from its "
                    + $"CapsuleConfiguration, before that from the name of the Helm release{(configuration is null ? "" : ":")}",
                [
                    .. configuration is null ? Array.Empty<string>() :
                    [
                        $"kubectl patch capsuleconfiguration {configuration} --type=merge -p "
                            + $"'{{\"spec\":{{\"admission\":{{\"mutating\":{{\"name\":\"capsule-dynamic-webhook\"}}}}}}}}'",
                    ],
                ]))
            : Conditions(webhook).ToList() is not [] and var conditions
            ? CheckResult.Warning(
                $"{webhook.Configuration} is called before {own.Configuration} for some namespaces ({string.Join(", ", conditions)}), and "
                    + "can change them before the guard completes them",
                new Remediation($"if it can set the tenant's label or ownerReferences, {Rename(webhook, own)}; otherwise ignore this"))
            : CheckResult.Failed(words, new Remediation(Rename(webhook, own)));
    }

    private static string Rename(RegisteredWebhook webhook, RegisteredWebhook own) =>
        $"give {webhook.Configuration} a name that sorts after {own.Configuration}, in its own installation";

    /// <summary>The fields that can exclude namespaces. An empty selector, which the API server adds as a default, excludes none.</summary>
    private static IEnumerable<string> Conditions(RegisteredWebhook webhook) =>
        Narrowing.Where(field => webhook.Node.At(field) is JsonObject { Count: > 0 } or JsonArray { Count: > 0 });

    private static string Names(IReadOnlyList<RegisteredWebhook> others) =>
        others is [] ? "" : $" ({string.Join(", ", others.Select(webhook => webhook.Configuration).Distinct(StringComparer.Ordinal))})";
}
