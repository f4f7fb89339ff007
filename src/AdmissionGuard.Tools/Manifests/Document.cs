using System.Text.Json;
using System.Text.Json.Nodes;
using AdmissionGuard.Kubernetes;

namespace AdmissionGuard.Tools.Manifests;

/// <summary>One document of a file, or one item of a list in it.</summary>
/// <param name="File">The file, as it was given.</param>
/// <param name="Number">The document's number in the file, from 1.</param>
/// <param name="Root">Its content.</param>
internal sealed record Document(string File, int Number, JsonObject Root)
{
    /// <summary>The line of each field, by its path; empty where lines are not known.</summary>
    public IReadOnlyDictionary<string, int> Lines { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>What YAML's plain values were written as, by their paths.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Where <see cref="Root"/> is in the document.</summary>
    public string Path { get; init; } = JsonPath.Root;

    public string ApiVersion => TextOf(Root["apiVersion"]);

    public string Kind => TextOf(Root["kind"]);

    public string Name => TextOf((Root["metadata"] as JsonObject)?["name"]);

    /// <summary>The namespace that it lies in; empty for none.</summary>
    public string Namespace => TextOf((Root["metadata"] as JsonObject)?["namespace"]);

    public string Uid => TextOf((Root["metadata"] as JsonObject)?["uid"]);

    /// <summary>The API group; empty for the core's.</summary>
    public string Group => ApiVersion.LastIndexOf('/') is >= 0 and var at ? ApiVersion[..at] : "";

    public bool Is(string group, string kind) => Kind == kind && Group == group;

    /// <summary>What is wrong with a field.</summary>
    /// <param name="path">The field's path from <see cref="Root"/>, which is <c>$</c>.</param>
    /// <param name="words">What is wrong.</param>
    public InputError Error(string path, string words)
    {
        var whole = Path + path[1..];
        return new InputError(File, Number, LineOf(whole), JsonPath.Show(whole), words);
    }

    /// <summary>A value as it was written.</summary>
    public string TextAt(string path, JsonValue value) =>
        Texts.TryGetValue(Path + path[1..], out var written)
            ? written
            : value.TryGetValue<string>(out var text) ? text : value.ToJsonString();

    /// <summary>A part of it as a document of its own.</summary>
    public Document Part(JsonObject part, string path) => this with { Root = part, Path = Path + path[1..] };

    /// <summary>Its value, if it was read as a type.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="read">What was read of <see cref="Root"/>.</param>
    /// <param name="errors">Receives the error.</param>
    /// <returns><see langword="null"/> if a field is not of its type, which is reported.</returns>
    public T? Accept<T>(TypedObject<T> read, InputErrors errors)
        where T : class
    {
        if (read is TypedObject<T>.Valid { Value: var value })
        {
            return value;
        }

        errors.Add(Error(read is TypedObject<T>.Invalid invalid ? invalid.Path : JsonPath.Root, "has an unexpected type"));
        return null;
    }

    /// <summary>Reports fields that are not known.</summary>
    /// <param name="path">The path of the object that has them.</param>
    /// <param name="fields">The fields; <see langword="null"/> for none.</param>
    /// <param name="errors">Receives the errors.</param>
    public void RefuseUnknown(string path, IReadOnlyDictionary<string, JsonElement>? fields, InputErrors errors)
    {
        foreach (var name in fields?.Keys ?? [])
        {
            errors.Add(Error(JsonPath.Join(path, name), "is an unknown field"));
        }
    }

    private static string TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private int LineOf(string path)
    {
        for (; ; path = JsonPath.Parent(path))
        {
            if (Lines.TryGetValue(path, out var line) || path.Length <= 1)
            {
                return line;
            }
        }
    }
}
