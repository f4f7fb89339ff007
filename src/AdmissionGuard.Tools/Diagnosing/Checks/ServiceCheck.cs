using System.Globalization;
using System.Text.Json.Nodes;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;
using AdmissionGuard.Tools.Installed;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The Service that the API server calls leads to the guard's pods.</summary>
internal sealed class ServiceCheck : IDoctorCheck
{
    public string Name => "service";

    public string Summary => "The Service exists, selects pods of the guard that are ready, and its port 443 leads to the port that they "
        + "listen on.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        var (installation, expected) = (await context.Installation, (await context.ExpectedAsync()).Service);
        // Where nothing is installed, or the webhooks name an address, there is none to look at.
        if (installation.Deployment is null || await CalledByAddressAsync(context))
        {
            return [];
        }

        return await context.Service switch
        {
            ReadResult<JsonObject>.Found read => [await OfAsync(context, installation, read.Value, expected)],
            ReadResult<JsonObject>.NotFound { IsServed: true } =>
            [
                CheckResult.Failed(
                    $"Service {expected.NameOf()} not found in namespace {installation.Namespace}: the API server can't call the guard",
                    Restoration.Of(
                        installation, "restore it", $"echo {ShellQuoting.Quote(PlainJson.Of(expected))} | kubectl apply -f -")),
            ],
            var failed => await UnreadableResult.OfAsync(context, $"the Service {expected.NameOf()}", failed),
        };
    }

    private static async Task<bool> CalledByAddressAsync(DoctorContext context) =>
        await context.WebhookAsync(ExpectedWebhook.Validator) is { } webhook && webhook.Node.At("clientConfig", "url") is not null;

    private static async Task<CheckResult> OfAsync(
        DoctorContext context, Installation installation, JsonObject service, JsonObject expected)
    {
        var (name, template) = (service.NameOf(), installation.Deployment.At("spec", "template"));
        if (!Selects(service, template.At("metadata", "labels")))
        {
            return CheckResult.Failed(
                $"Service {name} does not select the pods of Deployment {installation.Name}: the API server can't call the guard",
                Replace(installation, name, "selector", expected));
        }

        if (!LeadsToPort(service, expected, installation.Container))
        {
            return CheckResult.Failed(
                $"port 443 of Service {name} does not lead to the port https of the guard's container",
                Replace(installation, name, "ports", expected));
        }

        // If the pods can't be read, another check reports it.
        if (await context.Pods is not ReadResult<IReadOnlyList<JsonNode>>.Found { Value: var pods })
        {
            return CheckResult.Ok($"{name} selects the guard's pods");
        }

        var ready = pods.Count(pod => Selects(service, pod.At("metadata", "labels")) && IsReady(pod));
        return ready > 0
            ? CheckResult.Ok(string.Create(CultureInfo.InvariantCulture, $"{name} leads to {ready} ready {(ready == 1 ? "pod" : "pods")}"))
            : CheckResult.Failed(
                $"Service {name} leads to no ready pod: the API server can't call the guard", ReplicasCheck.FindCause(installation));
    }

    private static bool Selects(JsonNode service, JsonNode? labels) =>
        service.At("spec", "selector") is JsonObject { Count: > 0 } selector
        && selector.All(each => labels.At(each.Key).Text() == each.Value.Text());

    private static bool IsReady(JsonNode pod) =>
        pod.At("metadata", "deletionTimestamp") is null
        && pod.At("status", "conditions").Items()
            .Any(each => each.At("type").Text() == "Ready" && each.At("status").Text() == "True");

    private static bool LeadsToPort(JsonNode service, JsonNode expected, JsonNode? container)
    {
        var standard = expected.At("spec", "ports").Items().First();
        var target = service.At("spec", "ports").Items()
            .FirstOrDefault(port => JsonNode.DeepEquals(port.At("port"), standard.At("port")))
            .At("targetPort");
        var https = container.At("ports").Items().FirstOrDefault(port => JsonNode.DeepEquals(port.At("name"), standard.At("targetPort")));
        return https is not null
            && (JsonNode.DeepEquals(target, https.At("name")) || JsonNode.DeepEquals(target, https.At("containerPort")));
    }

    private static Remediation Replace(Installation installation, string name, string field, JsonObject expected)
    {
        var patch = new JsonArray(new JsonObject
        {
            ["op"] = "add",
            ["path"] = $"/spec/{field}",
            ["value"] = expected.At("spec", field)!.DeepClone(),
        });
        return new Remediation(
            "restore the value of deploy/base/service.yaml:",
            $"kubectl -n {installation.Namespace} patch service {name} --type=json -p {ShellQuoting.Quote(PlainJson.Of(patch))}");
    }
}
