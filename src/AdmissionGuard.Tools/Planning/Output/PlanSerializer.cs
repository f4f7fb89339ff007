using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Capsule;
using AdmissionGuard.Tools.Checking.Cases;
using AdmissionGuard.Tools.Checking.Output;

namespace AdmissionGuard.Tools.Planning.Output;

/// <summary>A plan as an object, for <c>-o json</c> and <c>-o yaml</c>. Fields are only ever added.</summary>
internal static class PlanSerializer
{
    public static JsonObject Of(Plan plan) => new()
    {
        ["apiVersion"] = CaseReader.ApiVersion,
        ["kind"] = "PlanResult",
        ["namespace"] = plan.Namespace,
        ["request"] = plan.Command,
        ["user"] = plan.User.Name,
        ["groups"] = ListOf(plan.User.Groups),
        ["allowed"] = plan.IsAllowed,
        ["verdict"] = plan.Result.Verdict,
        ["code"] = plan.Result.Code,
        ["transition"] = plan.Result.Transition.Kind.ToString(),
        ["from"] = ListOf(plan.Result.Transition.Released),
        ["to"] = plan.Result.Transition.Target,
        ["message"] = plan.Answer,
        ["reasons"] = ListOf(plan.Reasons),
        ["warnings"] = ListOf(plan.Result.Warnings),
        ["tolerated"] = plan.Result.Tolerated,
        ["grants"] = new JsonArray([.. plan.Grants.Select(grant => new JsonObject
        {
            ["verb"] = grant.Verb,
            ["resource"] = grant.Resource,
            ["name"] = grant.Name,
            ["commands"] = ListOf([grant.Role, grant.Binding]),
        })]),
        ["windows"] = ListOf(plan.Windows),
        ["belongings"] = new JsonArray([.. plan.CompatibilityChecks.Select(check => new JsonObject
        {
            ["subject"] = check.Subject,
            ["fit"] = check.Fit.ToString(),
            ["message"] = check.Message,
        })]),
        ["capsule"] = OutlookOf(plan.Capsule),
        ["ownerReferences"] = OutlookOf(plan.OwnerReferences),
        ["unknown"] = ListOf(plan.Unknown),
        ["notes"] = ListOf(plan.Notes),
        ["patch"] = plan.Result.Patch.DeepClone(),
        ["object"] = CheckResultSerializer.Shown(plan.IsAllowed ? plan.Result.After : plan.Result.Before),
    };

    private static JsonObject OutlookOf(Prediction prediction) =>
        new() { ["refuses"] = prediction.IsRefused, ["message"] = prediction.Message };

    private static JsonArray ListOf(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
