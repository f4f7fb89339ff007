using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Expected;

namespace AdmissionGuard.Tools.Diagnosing.Webhooks;

/// <summary>The expected configuration of one of the guard's webhooks: that of <c>deploy/base/webhooks.yaml</c>.</summary>
internal sealed class ExpectedWebhook
{
    private const string Create = "CREATE";
    private const string Update = "UPDATE";

    private readonly JsonNode _webhook;

    private ExpectedWebhook(bool isMutating)
    {
        IsMutating = isMutating;
        _webhook = new ExpectedObjects("", new TenantKind()).WebhookConfiguration(isMutating).At("webhooks").Items().Single();
    }

    public static ExpectedWebhook Mutator { get; } = new(isMutating: true);

    public static ExpectedWebhook Validator { get; } = new(isMutating: false);

    public static ImmutableArray<ExpectedWebhook> Both => [Mutator, Validator];

    public bool IsMutating { get; }

    public string Name => Text("name");

    public string Plural => IsMutating ? RegisteredWebhook.MutatingPlural : RegisteredWebhook.ValidatingPlural;

    public IReadOnlyList<string> Resources => [.. _webhook.At("rules").Items().SelectMany(rule => rule.At("resources").Texts())];

    public string FailurePolicy => Text("failurePolicy");

    public string Service => Text("clientConfig", "service", "name");

    public string Path => Text("clientConfig", "service", "path");

    /// <summary>The requests for which it must be called; subresources are never created.</summary>
    public IEnumerable<(string Resource, string Operation)> Requests =>
        Resources.SelectMany(
            resource => resource.Contains('/', StringComparison.Ordinal)
                ? new[] { (resource, Update) }
                : [(resource, Create), (resource, Update)]);

    /// <summary>The value of a field, to be written; empty if it is to be absent.</summary>
    public JsonNode Value(string field) => _webhook.At(field)?.DeepClone() ?? new JsonObject();

    private string Text(params ReadOnlySpan<string> path) => _webhook.At(path).Text()!;
}
