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
    private static readonly CelExpression Whole = new(Backstop.Validations.Single().Expression);
    private static readonly (string Name, CelExpression Value)[] Variables = [
        .. Backstop.Variables.Select(each => (each.Name, new CelExpression(each.Expression)))
    ];

    /// <summary>Whether the validator is asked.</summary>
    public static bool Touches(JsonObject? old, JsonObject now) => (bool)Touching.Evaluate(old, now)!;

    /// <summary>Whether the policy lets a request pass.</summary>
    public static bool Passes(JsonObject? old, JsonObject now) =>
        !Touches(old, now)
            || (bool)Whole.Evaluate(
                old, now, Variables.ToDictionary(each => each.Name, each => each.Value.Evaluate(old, now), StringComparer.Ordinal))!;

    private static T Load<T>(string component, string file) =>
        KubernetesYaml.Deserialize<T>(File.ReadAllText(Repository.File("deploy", "components", component, file)), strict: true);
}
