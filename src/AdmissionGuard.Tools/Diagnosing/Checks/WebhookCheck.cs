using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>One of the guard's webhooks is asked about all that it must see.</summary>
/// <param name="name">The check's name.</param>
/// <param name="standard">What the webhook is to be like.</param>
internal sealed class WebhookCheck(string name, ExpectedWebhook standard) : IDoctorCheck
{
    public string Name => name;

    public string Summary => standard.IsMutating
        ? "The mutator is asked about CREATE and UPDATE of namespaces, leaves out none but kube-system, and is called again after others."
        : "The validator is asked about CREATE and UPDATE of namespaces and their sub-resources, leaves out none, and refuses where it can't answer.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        if (await context.WebhookAsync(standard) is not { } webhook)
        {
            return [];
        }

        var deviations = WebhookDiff.Of(webhook, standard).ToList();
        if (deviations is [])
        {
            return [CheckResult.Ok($"it is asked about {string.Join(", ", standard.Resources)}; failurePolicy {standard.FailurePolicy}")];
        }

        var words = string.Join("; ", deviations.Select(each => each.Words));
        // AKS puts a selector of its own into every configuration, again and again.
        var hint = words.Contains("namespaceSelector", StringComparison.Ordinal) ? "as deploy/base/webhooks.yaml has it; on AKS, annotate it with admissions.enforcer/disabled=true first:" : "as deploy/base/webhooks.yaml has it:";
        return [new CheckResult(deviations.Exists(each => each.IsUnsafe) ? CheckStatus.Failed : CheckStatus.Warning, words, new Remediation(hint, webhook.Patch(deviations.Select(each => each.Operation))))];
    }
}
