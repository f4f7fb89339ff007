using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Diagnosing.Expected;

/// <summary>
/// Compares a field of an object with the expected value. Fields that are empty count as absent, since the API server adds empty selectors,
/// and so do the spaces and comments of an expression.
/// </summary>
internal static partial class ObjectDiff
{
    /// <summary>The path of the first difference, as in <c>spec.validations[0].expression</c>.</summary>
    /// <param name="expected">The expected value.</param>
    /// <param name="actual">The value.</param>
    /// <param name="path">The path of both.</param>
    /// <param name="ignored">Names of fields that are not compared.</param>
    /// <returns><see langword="null"/> if there is none.</returns>
    public static string? First(JsonNode? expected, JsonNode? actual, string path, params string[] ignored)
    {
        if (IsEmpty(expected) && IsEmpty(actual))
        {
            return null;
        }

        switch (expected, actual)
        {
            case (JsonObject left, JsonObject right):
                return left.Select(each => each.Key)
                    .Union(right.Select(each => each.Key), StringComparer.Ordinal)
                    .Where(name => !ignored.Contains(name, StringComparer.Ordinal))
                    .Select(name => First(left[name], right[name], $"{path}.{name}", ignored))
                    .FirstOrDefault(difference => difference is not null);
            case (JsonArray left, JsonArray right):
                return left.Count != right.Count
                    ? path
                    : left.Zip(right)
                        .Select((pair, index) => First(pair.First, pair.Second, $"{path}[{index}]", ignored))
                        .FirstOrDefault(difference => difference is not null);
            default:
                return Plain(expected) == Plain(actual) ? null : path;
        }
    }

    /// <summary>An expression without spaces, line breaks and comments.</summary>
    public static string Plain(string expression) => Spaces().Replace(Comments().Replace(expression, ""), "");

    /// <summary>An expression in one line, without comments, as a command contains it.</summary>
    public static string OneLine(string expression) => Spaces().Replace(Comments().Replace(expression, ""), " ").Trim();

    private static string? Plain(JsonNode? node) => node.Text() is { } text ? Plain(text) : node?.ToJsonString();

    private static bool IsEmpty(JsonNode? node) => node is null or JsonObject { Count: 0 } or JsonArray { Count: 0 };

    // No text of an expression holds two slashes.
    [GeneratedRegex("//[^\n]*", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Comments();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Spaces();
}
