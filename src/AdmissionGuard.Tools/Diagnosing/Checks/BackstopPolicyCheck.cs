using System.Text.Json.Nodes;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Expected;
using AdmissionGuard.Tools.Diagnosing.Webhooks;
using AdmissionGuard.Tools.Installed;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The API server itself keeps label and ownerReference consistent, if it supports it.</summary>
internal sealed class BackstopPolicyCheck : IDoctorCheck
{
    private const int FirstMinor = 30;
    private const string Policies = "validatingadmissionpolicies";
    private const string Bindings = "validatingadmissionpolicybindings";

    private const string Backstop = ExpectedObjects.BackstopName;

    private static readonly string[] Messages = ["message", "messageExpression"];

    public string Name => "backstop";

    public string Summary => "The policy of `deploy/components/cel-backstop` is installed and not changed, and its actions are those of "
        + "the guard's mode: it denies in the mode `enforce` only (Kubernetes 1.30 and newer).";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        if (await context.MinorAsync() is not { } minor)
        {
            return [];
        }

        if (minor < FirstMinor)
        {
            // It is reported only if the webhooks can be read.
            return await context.WebhookAsync(ExpectedWebhook.Validator) is null
                ? []
                : [
                    CheckResult.Ok(
                        $"not available before Kubernetes 1.{FirstMinor}: only the guard keeps label and ownerReference consistent"),
                ];
        }

        // The policy names the tenants, and its actions follow the mode. If they are not known, the check of the configuration reports it.
        if (!(await context.Configuration).IsKnown)
        {
            return [];
        }

        const string Path = "apis/admissionregistration.k8s.io/v1/";
        var policies = await context.Reader.ListAsync($"{Path}{Policies}");
        var bindings = await context.Reader.ListAsync($"{Path}{Bindings}");
        return (policies, bindings) switch
        {
            (not ReadResult<IReadOnlyList<JsonNode>>.Found, _) =>
                await UnreadableResult.OfAsync(context, "the ValidatingAdmissionPolicies", policies),
            (_, not ReadResult<IReadOnlyList<JsonNode>>.Found) =>
                await UnreadableResult.OfAsync(context, "the ValidatingAdmissionPolicyBindings", bindings),
            (ReadResult<IReadOnlyList<JsonNode>>.Found all, ReadResult<IReadOnlyList<JsonNode>>.Found bound) =>
                [await OfAsync(context, all.Value, bound.Value)],
        };
    }

    private static async Task<CheckResult> OfAsync(
        DoctorContext context, IReadOnlyList<JsonNode> policies, IReadOnlyList<JsonNode> bindings)
    {
        var (installation, expected, mode) =
            (await context.Installation, await context.ExpectedAsync(), (await context.Configuration).Options.Mode);
        if (policies.FirstOrDefault(each => each.NameOf() == Backstop) is not { } policy)
        {
            return CheckResult.Warning(
                "not found: while the guard is down or not registered, nothing keeps a namespace's label and ownerReference consistent",
                Add(installation, expected));
        }

        if (ObjectDiff.First(expected.BackstopPolicy.At("spec"), policy.At("spec"), "spec", Messages) is { } changed)
        {
            return CheckResult.Failed(
                $"{Backstop} is not the policy of deploy/components/cel-backstop: {changed} differs",
                new Remediation("restore it:", Replace("validatingadmissionpolicy", Backstop, expected.BackstopPolicy)));
        }

        if (bindings.Where(each => each.At("spec", "policyName").Text() == Backstop).ToList() is not [var binding, ..] bound)
        {
            return CheckResult.Warning($"{Backstop} has no binding, so it has no effect", Add(installation, expected));
        }

        var (actions, wanted) = (bound.SelectMany(each => each.At("spec", "validationActions").Texts()).ToList(), ActionsOf(mode));
        expected.BackstopBinding["spec"]!["validationActions"] = new JsonArray([.. wanted.Select(each => (JsonNode)each)]);
        var fix = new Remediation(
            "set the actions that belong to the mode:",
            Replace("validatingadmissionpolicybinding", binding.NameOf(), expected.BackstopBinding));
        return actions.Contains("Deny", StringComparer.Ordinal) != wanted.Contains("Deny", StringComparer.Ordinal)
            ? CheckResult.Warning(
                $"{Backstop} has the actions {string.Join(" and ", actions)}, but the guard's mode is {ModeName(mode)}"
                    + (mode is EnforcementMode.Enforce ? "" : ": it denies what the guard admits"),
                fix)
            : ObjectDiff.First(expected.BackstopBinding.At("spec"), binding.At("spec"), "spec", "validationActions") is { } narrowed
                ? CheckResult.Failed($"the binding of {Backstop} does not cover every namespace: {narrowed} differs", fix)
            : CheckResult.Ok($"{Backstop} keeps label and ownerReference consistent: {string.Join(" and ", actions)}");
    }

    private static string[] ActionsOf(EnforcementMode mode) => mode switch
    {
        EnforcementMode.Enforce => ["Deny"],
        EnforcementMode.Warn => ["Warn", "Audit"],
        _ => ["Audit"],
    };

    private static string ModeName(EnforcementMode mode) => mode switch
    {
        EnforcementMode.Enforce => "enforce",
        EnforcementMode.Warn => "warn",
        _ => "audit",
    };

    private static Remediation Add(Installation installation, ExpectedObjects expected) => Restoration.Adding(
        installation,
        "cel-backstop",
        "backstop.enabled=true",
        [.. new[] { expected.BackstopPolicy, expected.BackstopBinding }.Select(each =>
            $"echo {ShellQuoting.Quote(PlainJson.Of(OneLine(each)))} | kubectl apply -f -")]);

    private static string Replace(string kind, string name, JsonObject expected)
    {
        var patch = new JsonArray(new JsonObject
        {
            ["op"] = "replace",
            ["path"] = "/spec",
            ["value"] = OneLine(expected.At("spec")!),
        });
        return $"kubectl patch {kind} {name} --type=json -p {ShellQuoting.Quote(PlainJson.Of(patch))}";
    }

    /// <summary>The same with each expression in one line, as a command contains it.</summary>
    private static JsonNode OneLine(JsonNode node) => node switch
    {
        JsonObject map => new JsonObject(
            map.Select(each => KeyValuePair.Create(each.Key, each.Value is null ? null : OneLine(each.Value)))),
        JsonArray list => new JsonArray([.. list.Select(each => each is null ? null : OneLine(each))]),
        _ => node.Text() is { } text && text.Contains('\n', StringComparison.Ordinal) ? ObjectDiff.OneLine(text) : node.DeepClone(),
    };
}
