using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace AdmissionGuard.Tools.Diagnosing.Webhooks;

/// <summary>The expected configuration of one of the guard's webhooks.</summary>
internal sealed record ExpectedWebhook
{
    private const string Create = "CREATE";
    private const string Update = "UPDATE";

    private ExpectedWebhook(string name, string plural)
    {
        Name = name;
        Plural = plural;
    }

    public static ExpectedWebhook Mutator { get; } = new("mutate.admissionguard.io", RegisteredWebhook.MutatingPlural)
    {
        Resources = ["namespaces"],
        FailurePolicy = "Ignore",
    };

    public static ExpectedWebhook Validator { get; } = new("validate.admissionguard.io", RegisteredWebhook.ValidatingPlural)
    {
        // A write to a subresource stores labels and ownerReferences too, and matches only where it is named.
        Resources = ["namespaces", "namespaces/status", "namespaces/finalize"],
        FailurePolicy = "Fail",
    };

    public static ImmutableArray<ExpectedWebhook> Both => [Mutator, Validator];

    public string Name { get; }

    public string Plural { get; }

    public bool IsMutating => Plural == RegisteredWebhook.MutatingPlural;

    public required ImmutableArray<string> Resources { get; init; }

    public required string FailurePolicy { get; init; }

    /// <summary>The requests for which it must be called; subresources are never created.</summary>
    public IEnumerable<(string Resource, string Operation)> Requests =>
        Resources.SelectMany(
            resource => resource.Contains('/', StringComparison.Ordinal)
                ? new[] { (resource, Update) }
                : [(resource, Create), (resource, Update)]);

    /// <summary>The rules that say so.</summary>
    public JsonArray Rules() => new(new JsonObject
    {
        ["apiGroups"] = new JsonArray(""),
        ["apiVersions"] = new JsonArray("v1"),
        ["operations"] = new JsonArray(Create, Update),
        ["resources"] = new JsonArray([.. Resources.Select(resource => (JsonNode)resource)]),
        ["scope"] = "Cluster",
    });
}
