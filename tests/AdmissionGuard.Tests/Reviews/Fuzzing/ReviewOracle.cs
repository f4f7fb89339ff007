using System.Text;
using System.Text.Json;
using static System.StringComparison;

namespace AdmissionGuard.Tests.Reviews.Fuzzing;

/// <summary>Reads a review with <see cref="JsonDocument"/>, which knows nothing of the reader under test.</summary>
internal static class ReviewOracle
{
    private const string Group = "capsule.clastix.io/";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What the bytes say.</summary>
    /// <returns><see langword="null"/> if they are not a review: the reader must refuse them.</returns>
    public static ReviewValues? Read(byte[] bytes)
    {
        try
        {
            _ = Utf8.GetString(bytes);
            using var document = JsonDocument.Parse(bytes.AsMemory(), new JsonDocumentOptions { MaxDepth = 20_000 });
            return OfReview(document.RootElement);
        }
        // Not UTF-8; not JSON; half a surrogate pair, a wrong type or a repeated key.
        catch (Exception e) when (e is DecoderFallbackException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static ReviewValues OfReview(JsonElement root)
    {
        var body = Map(root) ?? throw new InvalidOperationException();
        var (version, kind) = (Text(body, "apiVersion"), Text(body, "kind"));
        var request = Map(body, "request");
        Require(version == "admission.k8s.io/v1" && kind == "AdmissionReview" && request is not null);
        var uid = Text(request!, "uid");
        Require(!string.IsNullOrEmpty(uid));
        var user = Map(request!, "userInfo") ?? [];
        var options = Map(request!, "options") ?? [];
        var operation = Text(request!, "operation");
        return new ReviewValues(
            uid,
            operation,
            operation switch { "UPDATE" => "Update", "CREATE" => "Create", "DELETE" => "Delete", _ => "Other" },
            IsNamespace(Map(request!, "kind")),
            Text(request!, "subResource"),
            Text(request!, "name"),
            IsTrue(request!, "dryRun"),
            Text(options, "fieldManager"),
            Text(user, "username"),
            Text(user, "uid"),
            string.Join('|', Texts(user, "groups")),
            string.Join('|', (Map(user, "extra") ?? []).Select(pair => $"{pair.Key}={string.Join(',', Texts(pair.Value))}")),
            OfNamespace(Map(request!, "object")),
            OfNamespace(Map(request!, "oldObject")));
    }

    private static bool IsNamespace(Dictionary<string, JsonElement>? kind) =>
        kind is not null & string.IsNullOrEmpty(Text(kind ?? [], "group")) & Text(kind ?? [], "version") == "v1" & Text(
            kind ?? [], "kind") == "Namespace";

    private static NamespaceValues OfNamespace(Dictionary<string, JsonElement>? value)
    {
        if (Map(value ?? [], "metadata") is not { } metadata)
        {
            return NamespaceValues.Nothing;
        }

        var (labels, annotations) = (Map(metadata, "labels"), Map(metadata, "annotations"));
        var references = Items(metadata, "ownerReferences")?.Select(OfReference).ToList();
        return new NamespaceValues(
            true,
            Text(metadata, "name"),
            Text(metadata, "resourceVersion"),
            Text(labels ?? [], ReviewJson.LabelKey),
            Text(annotations ?? [], "admissionguard.io/reason"),
            Text(annotations ?? [], "admissionguard.io/override"),
            Text(metadata, "deletionTimestamp") is { Length: > 0 },
            labels is not null,
            references is not null,
            references?.Count ?? 0,
            string.Join('|', (references ?? []).Index().Where(each => each.Item is not null).Select(each => $"{each.Index}:{each.Item}")),
            Written(labels),
            Written(annotations));
    }

    private static string? OfReference(JsonElement element)
    {
        var reference = Map(element) ?? throw new InvalidOperationException();
        var (version, kind, name, uid) = (Text(
            reference, "apiVersion"), Text(reference, "kind"), Text(reference, "name"), Text(reference, "uid"));
        return version is not null && version.StartsWith(Group, Ordinal) ? $"{version},{kind},{name},{uid},{kind == "Tenant"}" : null;
    }

    private static string Written(Dictionary<string, JsonElement>? map) => string.Join(
        '|', (map ?? []).Select(pair => $"{pair.Key}={(pair.Value.ValueKind is JsonValueKind.String ? pair.Value.GetString() : "")}"));

    private static Dictionary<string, JsonElement>? Map(Dictionary<string, JsonElement> from, string name) =>
        from.TryGetValue(name, out var value) ? Map(value) : null;

    /// <summary>The members of an object, each once; nothing for <c>null</c>.</summary>
    private static Dictionary<string, JsonElement>? Map(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            Require(members.TryAdd(member.Name, member.Value));
        }

        return members;
    }

    private static JsonElement.ArrayEnumerator? Items(Dictionary<string, JsonElement> from, string name) =>
        !from.TryGetValue(name, out var value) || value.ValueKind is JsonValueKind.Null ? null : value.EnumerateArray();

    private static string? Text(Dictionary<string, JsonElement> from, string name) =>
        from.TryGetValue(name, out var value) ? value.GetString() : null;

    private static bool IsTrue(Dictionary<string, JsonElement> from, string name) =>
        from.TryGetValue(name, out var value) && value.ValueKind is not JsonValueKind.Null && value.GetBoolean();

    private static List<string> Texts(Dictionary<string, JsonElement> from, string name) =>
        from.TryGetValue(name, out var value) ? Texts(value) : [];

    private static List<string> Texts(
        JsonElement value) => value.ValueKind is JsonValueKind.Null ? [] : [.. value.EnumerateArray().Select(item =>
    {
        Require(item.ValueKind is JsonValueKind.String);
        return item.GetString()!;
    })];

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new InvalidOperationException();
        }
    }
}
