using System.Text.Json.Nodes;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The API server itself keeps label and ownerReference consistent, if it supports it.</summary>
internal sealed class BackstopPolicyCheck : IDoctorCheck
{
    private const int FirstMinor = 30;
    private const string Policy = "admissionguard-backstop";

    private static readonly Remediation Add = new("add the component deploy/components/cel-backstop to your overlay");

    public string Name => "backstop";

    public string Summary => "The policy of `deploy/components/cel-backstop` is installed and denies (Kubernetes 1.30 and newer).";

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

        const string Path = "apis/admissionregistration.k8s.io/v1/validatingadmissionpolic";
        var (policies, bindings) = (await context.Reader.ListAsync($"{Path}ies"), await context.Reader.ListAsync($"{Path}ybindings"));
        return (policies, bindings) switch
        {
            (not ReadResult<IReadOnlyList<JsonNode>>.Found, _) => UnreadableResult.Of("the ValidatingAdmissionPolicies", policies),
            (_, not ReadResult<IReadOnlyList<JsonNode>>.Found) => UnreadableResult.Of("the ValidatingAdmissionPolicyBindings", bindings),
            (ReadResult<IReadOnlyList<JsonNode>>.Found all, ReadResult<IReadOnlyList<JsonNode>>.Found bound) =>
                [Of(all.Value, bound.Value)],
        };
    }

    private static CheckResult Of(IReadOnlyList<JsonNode> policies, IReadOnlyList<JsonNode> bindings)
    {
        if (!policies.Any(policy => policy.NameOf() == Policy))
        {
            return CheckResult.Warning(
                "not found: while the guard is down or not registered, nothing keeps a namespace's label and ownerReference consistent",
                Add);
        }

        var actions = bindings.Where(binding => binding.At("spec", "policyName").Text() == Policy)
            .SelectMany(binding => binding.At("spec", "validationActions").Texts())
            .ToList();
        return actions.Contains("Deny", StringComparer.Ordinal) ? CheckResult.Ok($"{Policy} keeps label and ownerReference consistent")
            : actions is [] ? CheckResult.Warning($"{Policy} has no binding, so it has no effect", Add)
            : CheckResult.Warning(
                $"{Policy} has only the actions {string.Join(" and ", actions)}",
                new Remediation(
                    "set the action Deny, once the guard's mode is enforce:",
                    $"kubectl patch validatingadmissionpolicybinding {Policy} --type=merge -p "
                        + $"'{{\"spec\":{{\"validationActions\":[\"Deny\"]}}}}'"));
    }
}
