using System.Text.Json.Nodes;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>Each of the guard's webhooks is registered once, and nowhere else.</summary>
internal sealed class WebhookRegistrationCheck : IDoctorCheck
{
    private static readonly Remediation Register = new(
        "apply the webhook configurations of your installation again, once the guard responds; with certificates from files:",
        "certs-scripts/set-ca-bundle.sh --ca certs/ca.crt | kubectl apply -f -");

    public string Name => "webhooks";

    public string Summary =>
        "`mutate.admissionguard.io` and `validate.admissionguard.io` are each registered once, in `00-admissionguard` (`--webhooks`).";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        var found = new List<CheckResult>();
        foreach (var standard in ExpectedWebhook.Both)
        {
            found.Add(await (standard.IsMutating ? context.Mutating : context.Validating) is ReadResult<IReadOnlyList<JsonNode>>.Found read
                ? Of(standard, [.. RegisteredWebhook.Of(standard.Plural, read.Value)], context.Options.Webhooks)
                : UnreadableResult.Of($"the {standard.Plural}", await (standard.IsMutating ? context.Mutating : context.Validating))[0]);
        }

        return found;
    }

    private static CheckResult Of(ExpectedWebhook standard, IReadOnlyList<RegisteredWebhook> all, string configuration)
    {
        var webhooks = all.Where(webhook => webhook.Name == standard.Name).ToList();
        var (here, elsewhere) = (webhooks.Where(webhook => webhook.Configuration == configuration)
            .ToList(), webhooks.Where(webhook => webhook.Configuration != configuration).ToList());
        return (here, elsewhere) switch
        {
            ([_], []) => CheckResult.Ok($"{standard.Name} is registered in {configuration}"),
            ([], [var other, ..]) => CheckResult.Failed(
                $"{standard.Name} is registered in {other.Configuration} and not in {configuration}",
                new Remediation(
                    $"if that is the guard's own, use --webhooks {other.Configuration}; otherwise remove it there, and register "
                        + "the guard")),
            ([], []) =>
                CheckResult.Failed(
                    $"{standard.Name} is not registered: "
                        + $"{(standard.IsMutating ? "a change of the label is not completed" : "nothing checks who may move a namespace")}",
                    Register),
            (_, [var other, ..]) => CheckResult.Failed(
                $"{standard.Name} is registered a second time, in {other.Configuration}",
                new Remediation("remove the one that is not the guard's:", all.Any(
                    webhook => webhook.Configuration == other.Configuration && webhook.Name != standard.Name)
                    ? Remove(other)
                    : $"kubectl delete {standard.Plural[..^1]} {other.Configuration}")),
            _ => CheckResult.Failed(
                $"{standard.Name} is registered {here.Count} times in {configuration}",
                new Remediation("remove all but the first:", Remove(here[1]))),
        };
    }

    private static string Remove(RegisteredWebhook webhook) =>
        webhook.Patch([new JsonObject { ["op"] = "remove", ["path"] = $"/webhooks/{webhook.Index}" }]);
}
