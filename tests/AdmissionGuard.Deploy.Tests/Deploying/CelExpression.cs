using System.Text.Json;
using System.Text.Json.Nodes;
using Cel;

namespace AdmissionGuard.Deploy.Tests.Deploying;

/// <summary>An expression of a manifest, evaluated as the API server does: on the objects of one request.</summary>
/// <param name="text">The expression.</param>
internal sealed class CelExpression(string text)
{
    private static readonly CelEnvironment Environment = new(null, "");

    // The API server shows CEL a typed object: these are there, if only empty.
    private static readonly string[] Reference = ["apiVersion", "kind", "name", "uid"];

    private readonly CelProgramDelegate _program = Environment.Compile(text);

    /// <summary>Evaluates it.</summary>
    /// <param name="old">The namespace as stored; <see langword="null"/> on a creation.</param>
    /// <param name="now">The namespace as it would be stored.</param>
    /// <param name="variables">What stands for <c>variables</c>.</param>
    /// <param name="subresource">The subresource that is written; <see langword="null"/> for the namespace itself.</param>
    public object? Evaluate(
        JsonObject? old, JsonObject now, IReadOnlyDictionary<string, object?>? variables = null, string? subresource = null) =>
        _program(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["object"] = Value(now),
            ["oldObject"] = Value(old),
            // As the API server sends it: an empty one is absent.
            ["request"] = Value(subresource is null ? [] : new JsonObject { ["subResource"] = subresource }),
            ["variables"] = variables ?? new Dictionary<string, object?>(StringComparer.Ordinal),
        }!);

    private static object? Value(JsonNode? node) => node switch
    {
        null => null,
        JsonObject map when map.ContainsKey("kind") && map.ContainsKey("name") =>
            Reference.ToDictionary(name => name, name => Value(map[name] ?? ""), StringComparer.Ordinal),
        JsonObject map => map.ToDictionary(each => each.Key, each => Value(each.Value), StringComparer.Ordinal),
        JsonArray list => list.Select(Value).ToArray(),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => (string?)node,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => (double)node,
        },
    };
}
