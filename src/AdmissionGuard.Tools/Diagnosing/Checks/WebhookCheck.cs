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

        var deviations = WebhookDiff.Of(webhook, standard, await context.IsGkeAsync(), await FoundInAsync(context)).ToList();
        if (deviations is [])
        {
            return [CheckResult.Ok($"it is called for {string.Join(", ", standard.Resources)}; failurePolicy {standard.FailurePolicy}")];
        }

        return [
            new CheckResult(
                deviations.Exists(each => each.IsUnsafe) ? CheckStatus.Failed : CheckStatus.Warning,
                string.Join("; ", deviations.Select(each => each.Message)),
                new Remediation(
                    "restore the values of deploy/base/webhooks.yaml:",
                    [
                        .. deviations.Select(each => each.Annotation).OfType<string>().Select(webhook.Annotate),
                        webhook.Patch(deviations.Select(each => each.Operation)),
                    ])),
        ];
    }

    private static async Task<string?> FoundInAsync(DoctorContext context) =>
        await context.Installation is { Deployment: not null, Namespace: var place } ? place : null;
}
