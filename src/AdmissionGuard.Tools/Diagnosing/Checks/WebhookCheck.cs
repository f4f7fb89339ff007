using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>One of the guard's webhooks is called for all requests that it must see.</summary>
/// <param name="name">The check's name.</param>
/// <param name="standard">The expected webhook.</param>
internal sealed class WebhookCheck(string name, ExpectedWebhook standard) : IDoctorCheck
{
    public string Name => name;

    public string Summary => standard.IsMutating
        ? "The mutator is called for CREATE and UPDATE of all namespaces except kube-system, and is reinvoked after other mutators."
        : "The validator is called for CREATE and UPDATE of all namespaces and their subresources, and requests are refused while it does "
            + "not respond.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        if (await context.WebhookAsync(standard) is not { } webhook)
        {
            return [];
        }

        var deviations = WebhookDiff.Of(webhook, standard).ToList();
        if (deviations is [])
        {
            return [CheckResult.Ok($"it is called for {string.Join(", ", standard.Resources)}; failurePolicy {standard.FailurePolicy}")];
        }

        var words = string.Join("; ", deviations.Select(each => each.Message));
        // AKS repeatedly adds its own selector to every configuration.
        var hint = words.Contains("namespaceSelector", StringComparison.Ordinal)
            ? "restore the value of deploy/base/webhooks.yaml; on AKS, first set the annotation admissions.enforcer/disabled=true:"
            : "restore the value of deploy/base/webhooks.yaml:";
        return [
            new CheckResult(
                deviations.Exists(each => each.IsUnsafe) ? CheckStatus.Failed : CheckStatus.Warning,
                words,
                new Remediation(hint, webhook.Patch(deviations.Select(each => each.Operation)))),
        ];
    }
}
