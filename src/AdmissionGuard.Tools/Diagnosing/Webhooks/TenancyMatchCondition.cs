using System.Text.Json.Nodes;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Expected;

namespace AdmissionGuard.Tools.Diagnosing.Webhooks;

/// <summary>The only known matchCondition: it excludes no request that the validator must see.</summary>
internal static class TenancyMatchCondition
{
    /// <summary>The first minor version of Kubernetes whose webhooks have <c>matchConditions</c>.</summary>
    public const int FirstMinor = 28;

    private const string Resource = "touches-tenancy.cel";

    /// <summary>Whether an expression is equal to it, ignoring comments and spaces.</summary>
    /// <param name="expression">The expression, in CEL.</param>
    /// <param name="kind">What a tenant is: the expression names it.</param>
    public static bool Is(string expression, TenantKind kind) =>
        ObjectDiff.Plain(expression) == ObjectDiff.Plain(Known(kind));

    /// <summary>The conditions that a webhook must have, with the expression in as few lines as a command allows.</summary>
    public static JsonArray Conditions(TenantKind kind) => new(new JsonObject
    {
        ["name"] = "touches-tenancy",
        ["expression"] = ObjectDiff.OneLine(Known(kind)),
    });

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
        return DeployedManifest.OfTenant(reader.ReadToEnd(), kind);
    }
}
