using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Diagnosing.Webhooks;

/// <summary>One webhook of a configuration.</summary>
/// <param name="Plural">The configuration's resource.</param>
/// <param name="Configuration">The configuration's name.</param>
/// <param name="Index">Its place in it.</param>
/// <param name="Node">Its content.</param>
internal sealed record RegisteredWebhook(string Plural, string Configuration, int Index, JsonNode Node)
{
    public const string MutatingPlural = "mutatingwebhookconfigurations";
    public const string ValidatingPlural = "validatingwebhookconfigurations";

    private const string Any = "*";

    /// <summary>The annotations of its configuration.</summary>
    public JsonNode? Annotations { get; private init; }

    public string Name => Node.At("name").Text() ?? "";

    /// <summary>Every webhook of some configurations, each in its place.</summary>
    public static IEnumerable<RegisteredWebhook> Of(string plural, IEnumerable<JsonNode> configurations) =>
        configurations.SelectMany(configuration => configuration.At("webhooks").Items().Select((webhook, index) =>
            new RegisteredWebhook(
                plural, configuration.NameOf(), index, webhook) { Annotations = configuration.At("metadata", "annotations") }));

    /// <summary>Whether it is asked about a request on namespaces.</summary>
    /// <param name="resource">The resource, with its subresource after a slash.</param>
    /// <param name="operation">The operation.</param>
    /// <remarks>Source: Kubernetes, <c>pkg/admission/plugin/webhook/predicates/rules/rules.go</c>.</remarks>
    public bool Matches(string resource, string operation) => Node.At("rules").Items().Any(rule =>
        rule.At("scope").Text() is null or Any or "Cluster"
        && Has(rule.At("apiGroups"), "")
        && Has(rule.At("apiVersions"), "v1")
        && Has(rule.At("operations"), operation)
        && rule.At("resources").Texts().Any(each => Covers(each, resource)));

    /// <summary>The command that changes it, and no other one that came into its place meanwhile.</summary>
    /// <param name="operations">Operations of a JSON patch.</param>
    public string Patch(IEnumerable<JsonObject> operations) =>
        $"kubectl patch {Plural[..^1]} {Configuration} --type=json -p {ShellQuoting.Quote(PlainJson.Of(PatchOf(operations)))}";

    /// <summary>The JSON patch of its configuration that changes it, and no other one that came into its place meanwhile.</summary>
    /// <param name="operations">Operations of a JSON patch.</param>
    public JsonArray PatchOf(IEnumerable<JsonObject> operations) =>
        new([new JsonObject { ["op"] = "test", ["path"] = $"/webhooks/{Index}/name", ["value"] = Name }, .. operations]);

    /// <summary>The command that annotates its configuration.</summary>
    /// <param name="annotation">The annotation, as in <c>key=value</c>.</param>
    public string Annotate(string annotation) => $"kubectl annotate {Plural[..^1]} {Configuration} {annotation} --overwrite";

    /// <summary>An operation on one of its fields.</summary>
    /// <param name="field">The field, with slashes before fields of fields.</param>
    /// <param name="value">The new value; <see langword="null"/> to remove the field.</param>
    public JsonObject Change(string field, JsonNode? value)
    {
        var path = $"/webhooks/{Index}/{field}";
        return value is null
            ? new JsonObject { ["op"] = "remove", ["path"] = path }
            : new JsonObject { ["op"] = "add", ["path"] = path, ["value"] = value };
    }

    private static bool Has(JsonNode? texts, string wanted) => texts.Texts().Any(each => each == Any || each == wanted);

    private static bool Covers(string written, string wanted)
    {
        var (written0, written1) = Split(written);
        var (wanted0, wanted1) = Split(wanted);
        return (written0 == Any || written0 == wanted0) && (written1 == Any || written1 == wanted1);
    }

    private static (string Resource, string SubResource) Split(string text) =>
        text.IndexOf('/', StringComparison.Ordinal) is >= 0 and var at ? (text[..at], text[(at + 1)..]) : (text, "");
}
