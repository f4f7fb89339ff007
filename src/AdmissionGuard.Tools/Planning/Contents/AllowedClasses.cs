using System.Text.Json.Nodes;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Planning.Contents;

/// <summary>A Tenant's list of classes: <c>allowed</c>, <c>allowedRegex</c>, and selectors, which are not checked.</summary>
internal sealed class AllowedClasses(JsonNode? spec)
{
    private readonly string _pattern = spec.At("allowedRegex").Text() ?? "";
    private readonly TenantPattern? _read = spec.At("allowedRegex").Text() is { Length: > 0 } pattern
        ? TenantPattern.TryRead(pattern)
        : null;

    /// <summary>Whether the tenant says anything.</summary>
    public bool IsEmpty => spec is not JsonObject { Count: > 0 };

    private bool Selects => spec.At("matchLabels") is JsonObject { Count: > 0 } || spec.At("matchExpressions") is JsonArray { Count: > 0 };

    /// <summary>Compares classes that are used with those that are allowed.</summary>
    /// <param name="subject">What they are.</param>
    /// <param name="used">Each use: the class, and by what.</param>
    /// <param name="whose">Whose allowance it is.</param>
    public IEnumerable<CompatibilityResult> Compare(string subject, IEnumerable<(string Class, string By)> used, string whose)
    {
        var refused = used.Where(use => !Allows(use.Class))
            .GroupBy(use => use.Class, use => use.By, StringComparer.Ordinal)
            .OrderBy(uses => uses.Key, StringComparer.Ordinal)
            .ToList();
        if (refused is [])
        {
            yield return new CompatibilityResult(subject, Compatibility.Fits, IsEmpty ? $"{whose} allows all" : "all allowed");
        }

        foreach (var uses in refused)
        {
            var by = uses.Count() > 3 ? $"{string.Join(", ", uses.Take(3))} and {uses.Count() - 3} more" : string.Join(", ", uses);
            yield return _read is null && _pattern.Length > 0
                ? new CompatibilityResult(
                    subject,
                    Compatibility.Unknown,
                    $"\"{uses.Key}\" of {by} may be allowed by an invalid pattern, {MessageText.Quote(_pattern)}")
                : Selects ? new CompatibilityResult(
                    subject, Compatibility.Unknown, $"\"{uses.Key}\" of {by} can be allowed only by its labels, which are not checked")
                : new CompatibilityResult(subject, Compatibility.Unfit, $"{whose} does not allow \"{uses.Key}\" of {by}");
        }
    }

    private bool Allows(string name) =>
        IsEmpty || spec.At("allowed").Texts().Contains(name, StringComparer.Ordinal)
        || (spec.At("default").Text() is { } standard && standard == name)
        || _read?.Matches(name, orElse: false) is true;
}
