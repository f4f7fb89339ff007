using System.Globalization;
using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Diagnosing.Webhooks;

/// <summary>Compares a webhook with the expected one.</summary>
internal static class WebhookDiff
{
    private const int LongestTimeout = 10;
    private const int ShortestTimeout = 2;
    private const int HttpsPort = 443;

    /// <param name="webhook">The webhook.</param>
    /// <param name="standard">The expected one.</param>
    /// <param name="isGke">Whether the API server is one of GKE, whose Autopilot adds exclusions of its own.</param>
    /// <param name="namespace">The namespace where the guard was found; <see langword="null"/> if it was not.</param>
    public static IEnumerable<WebhookDeviation> Of(RegisteredWebhook webhook, ExpectedWebhook standard, bool isGke, string? @namespace)
    {
        var node = webhook.Node;
        if (standard.Requests.Where(request => !webhook.Matches(request.Resource, request.Operation))
            .Select(request => $"{request.Operation} of {request.Resource}")
            .ToList() is [_, ..] missing)
        {
            yield return new WebhookDeviation(
                IsUnsafe: true, $"it is not called for {Core.MessageText.Join(missing)}", webhook.Change("rules", standard.Value("rules")));
        }

        if (node.At("failurePolicy").Text() is var policy && policy != standard.FailurePolicy)
        {
            yield return new WebhookDeviation(
                !standard.IsMutating,
                $"its failurePolicy is {policy}, not {standard.FailurePolicy}",
                webhook.Change("failurePolicy", standard.FailurePolicy));
        }

        if (SelectorOf(webhook, standard, isGke) is { } excluding)
        {
            yield return excluding;
        }

        if (!IsEmpty(node.At("objectSelector")))
        {
            yield return new WebhookDeviation(
                IsUnsafe: true, "its objectSelector excludes namespaces", webhook.Change("objectSelector", new JsonObject()));
        }

        if (standard.IsMutating && node.At("matchConditions").Items().Any())
        {
            yield return new WebhookDeviation(
                IsUnsafe: true,
                "its matchConditions prevent its reinvocation when a later mutator sets the label",
                webhook.Change("matchConditions", value: null));
        }

        if (standard.IsMutating && node.At("reinvocationPolicy").Text() != "IfNeeded")
        {
            yield return new WebhookDeviation(
                IsUnsafe: true,
                "it is not reinvoked when a later mutator sets the label (reinvocationPolicy)",
                webhook.Change("reinvocationPolicy", "IfNeeded"));
        }

        foreach (var deviation in Of(webhook, standard, @namespace).Concat(Small(webhook, standard)))
        {
            yield return deviation;
        }
    }

    private static WebhookDeviation? SelectorOf(RegisteredWebhook webhook, ExpectedWebhook standard, bool isGke)
    {
        const string Field = "namespaceSelector";
        var restored = webhook.Change(Field, standard.Value(Field));
        return SelectorExclusions.Of(webhook.Node.At(Field), standard.Value(Field), isGke) switch
        {
            SelectorExclusion.Namespaces => new WebhookDeviation(IsUnsafe: true, $"its {Field} excludes namespaces", restored),
            SelectorExclusion.AzureLabels => new WebhookDeviation(
                IsUnsafe: false,
                $"AKS excludes namespaces with its labels (control-plane, kubernetes.azure.com/managedby) in the {Field}: "
                    + "whoever may set such a label is not checked",
                restored) { Annotation = "admissions.enforcer/disabled=true" },
            _ when SelectorExclusions.LacksExemption(webhook.Node.At(Field), standard.Value(Field)) => new WebhookDeviation(
                IsUnsafe: false,
                $"its {Field} does not exempt kube-system: a slow guard delays the control plane's own namespace",
                restored),
            _ => null,
        };
    }

    /// <summary>Where it is called. An address instead of a Service is somebody's choice; only the path is then compared.</summary>
    private static IEnumerable<WebhookDeviation> Of(RegisteredWebhook webhook, ExpectedWebhook standard, string? @namespace)
    {
        var (path, name) = (standard.Path, standard.Service);
        var client = webhook.Node.At("clientConfig");
        var called = client.At("url").Text() is { } url && Uri.TryCreate(url, UriKind.Absolute, out var at)
            ? at.AbsolutePath
            : client.At("service", "path").Text() ?? "/";
        if (called != path)
        {
            yield return new WebhookDeviation(
                IsUnsafe: true, $"it is called at the path {called}, not {path}", client.At("url") is null
                    ? webhook.Change("clientConfig/service/path", path)
                    : webhook.Change("clientConfig/url", new UriBuilder(client.At("url").Text()!) { Path = path }.Uri.AbsoluteUri));
        }

        if (client.At("service", "name").Text() is { } service && service != name)
        {
            yield return new WebhookDeviation(
                IsUnsafe: true, $"it is called at the Service {service}, not {name}", webhook.Change("clientConfig/service/name", name));
        }

        if (client.At("service", "namespace").Text() is { } place && @namespace is not null && place != @namespace)
        {
            yield return new WebhookDeviation(
                IsUnsafe: true,
                $"it is called in namespace {place}, and the guard runs in {@namespace}",
                webhook.Change("clientConfig/service/namespace", @namespace));
        }

        if (client.At("service", "port") is JsonValue value && value.TryGetValue<int>(out var port) && port != HttpsPort)
        {
            yield return new WebhookDeviation(
                IsUnsafe: true,
                string.Create(CultureInfo.InvariantCulture, $"it is called at port {port} of the Service, not {HttpsPort}"),
                webhook.Change("clientConfig/service/port", HttpsPort));
        }
    }

    private static IEnumerable<WebhookDeviation> Small(RegisteredWebhook webhook, ExpectedWebhook standard)
    {
        if (webhook.Node.At("matchPolicy").Text() is var match && match != "Equivalent")
        {
            yield return new WebhookDeviation(
                IsUnsafe: false, $"its matchPolicy is {match}, not Equivalent", webhook.Change("matchPolicy", "Equivalent"));
        }

        if (webhook.Node.At("sideEffects").Text() is var effects && effects != "None")
        {
            yield return new WebhookDeviation(
                IsUnsafe: false, $"its sideEffects are {effects}, not None", webhook.Change("sideEffects", "None"));
        }

        if (webhook.Node.At("timeoutSeconds") is JsonValue value
            && value.TryGetValue<int>(out var seconds)
            && seconds is < ShortestTimeout or > LongestTimeout)
        {
            yield return new WebhookDeviation(
                IsUnsafe: false,
                seconds < ShortestTimeout
                    ? $"its timeoutSeconds is {seconds}: too short for lookups and a retry"
                    : $"its timeoutSeconds is {seconds}: a guard that hangs delays every request that long",
                webhook.Change("timeoutSeconds", standard.Value("timeoutSeconds")));
        }
    }

    private static bool IsEmpty(JsonNode? selector) =>
        (selector.At("matchLabels") as JsonObject ?? []).Count == 0 && !selector.At("matchExpressions").Items().Any();
}
