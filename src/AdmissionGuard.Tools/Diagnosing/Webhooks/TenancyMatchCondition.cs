using System.Text.RegularExpressions;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Diagnosing.Webhooks;

/// <summary>The only known matchCondition: it excludes no request that the validator must see.</summary>
internal static partial class TenancyMatchCondition
{
    private const string Resource = "touches-tenancy.cel";

    /// <summary>Whether an expression is equal to it, ignoring comments and spaces.</summary>
    /// <param name="expression">The expression, in CEL.</param>
    /// <param name="kind">What a tenant is: the expression names it.</param>
    public static bool Is(string expression, TenantKind kind) => Plain(expression) == Plain(Known(kind));

    /// <summary>The conditions of a webhook that has others than this one: what they leave out is not known.</summary>
    /// <param name="webhook">The webhook.</param>
    /// <param name="kind">What a tenant is.</param>
    /// <returns>The names of all of them; empty if there are none, or this one alone.</returns>
    public static IReadOnlyList<string> UnknownOf(RegisteredWebhook webhook, TenantKind kind)
    {
        var conditions = webhook.Node.At("matchConditions").Items().ToList();
        return conditions is [] || (conditions is [var only] && Is(only.At("expression").Text() ?? "", kind))
            ? []
            : [.. conditions.Select(each => each.At("name").Text() ?? "")];
    }

    /// <summary>The expression, as <c>deploy/components/match-conditions</c> has it, for some kind of tenant.</summary>
    public static string Known(TenantKind kind)
    {
        using var stream = typeof(TenancyMatchCondition).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not built in");
        using var reader = new StreamReader(stream);
        var (standard, text) = (new TenantKind(), reader.ReadToEnd());
        return text
            .Replace($"'{standard.LabelKey}'", $"'{kind.LabelKey}'", StringComparison.Ordinal)
            .Replace($"'{standard.Group}/'", $"'{kind.Group}/'", StringComparison.Ordinal)
            .Replace($"'{standard.Kind}'", $"'{kind.Kind}'", StringComparison.Ordinal);
    }

    private static string Plain(string expression) =>
        Comments().Replace(expression, "").ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal);

    // No text of the expression holds two slashes.
    [GeneratedRegex("//[^\n]*", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Comments();
}
