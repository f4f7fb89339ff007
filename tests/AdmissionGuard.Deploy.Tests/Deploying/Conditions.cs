using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace AdmissionGuard.Deploy.Tests.Deploying;

/// <summary>The conditions and the policy that <c>deploy/</c> gives to the API server.</summary>
internal static class Conditions
{
    public static string MatchCondition { get; } =
        Load<V1ValidatingWebhookConfiguration>("match-conditions", "webhooks.yaml").Webhooks.Single().MatchConditions.Single().Expression;

    public static V1ValidatingAdmissionPolicySpec Backstop { get; } = Load<V1ValidatingAdmissionPolicy>("cel-backstop", "policy.yaml").Spec;

    private static readonly CelExpression Touching = new(MatchCondition);

    private static readonly (string Name, CelExpression Value)[] Variables = [
        .. Backstop.Variables.Select(each => (each.Name, new CelExpression(Evaluable(each.Expression))))
    ];

    private static readonly (V1Validation Rule, CelExpression Holds, CelExpression Words)[] Validations = [
        .. Backstop.Validations.Select(
            each => (each, new CelExpression(each.Expression), new CelExpression(Evaluable(each.MessageExpression))))
    ];

    /// <summary>Whether the validator is asked.</summary>
    public static bool Touches(JsonObject? old, JsonObject now) => (bool)Touching.Evaluate(old, now)!;

    /// <summary>Whether the policy lets a request pass.</summary>
    public static bool Passes(JsonObject? old, JsonObject now) => Refusals(old, now) is [];

    /// <summary>What the policy answers to a request, each with its reason; nothing if it lets the request pass.</summary>
    /// <param name="old">The namespace as stored; <see langword="null"/> on a creation.</param>
    /// <param name="now">The namespace as it would be stored.</param>
    /// <param name="subresource">The subresource that is written; <see langword="null"/> for the namespace itself.</param>
    public static IReadOnlyList<(string Reason, string Message)> Refusals(JsonObject? old, JsonObject now, string? subresource = null)
    {
        if (!Touches(old, now))
        {
            return [];
        }

        // Each sees those before it.
        var variables = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in Variables)
        {
            variables[name] = value.Evaluate(old, now, variables, subresource);
        }

        return
        [
            .. Validations.Where(each => !(bool)each.Holds.Evaluate(old, now, variables, subresource)!)
                .Select(each => (each.Rule.Reason, (string)each.Words.Evaluate(old, now, variables, subresource)!)),
        ];
    }

    // The evaluator has no `join`, an extension of Kubernetes.
    private static string Evaluable(string expression) =>
        expression.Replace("variables.tenants.join('\", \"')", "variables.tenants[0]", StringComparison.Ordinal);

    private static T Load<T>(string component, string file) =>
        KubernetesYaml.Deserialize<T>(File.ReadAllText(Repository.File("deploy", "components", component, file)), strict: true);
}
