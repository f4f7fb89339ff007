using System.Text.Json.Nodes;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;
using AdmissionGuard.Tools.Installed;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>Each of the guard's webhooks is registered once, and nowhere else.</summary>
internal sealed class WebhookRegistrationCheck : IDoctorCheck
{
    public string Name => "webhooks";

    public string Summary =>
        "`mutate.admissionguard.io` and `validate.admissionguard.io` are each registered once, in `00-admissionguard` (`--webhooks`).";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        var found = new List<CheckResult>();
        foreach (var standard in ExpectedWebhook.Both)
        {
            found.Add(await (standard.IsMutating ? context.Mutating : context.Validating) is ReadResult<IReadOnlyList<JsonNode>>.Found read
                ? Of(
                    standard,
                    [.. RegisteredWebhook.Of(standard.Plural, read.Value)],
                    context.Options.Webhooks,
                    await FixOfAsync(context, standard))
                : (await UnreadableResult.OfAsync(
                    context, $"the {standard.Plural}", await (standard.IsMutating ? context.Mutating : context.Validating)))[0]);
        }

        return found;
    }

    private static CheckResult Of(
        ExpectedWebhook standard, IReadOnlyList<RegisteredWebhook> all, string configuration, Remediation register)
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
                    register),
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

    /// <summary>What registers a webhook again depends on who publishes the certificate authority.</summary>
    private static async Task<Remediation> FixOfAsync(DoctorContext context, ExpectedWebhook standard)
    {
        const string Message = "register it again, once the guard is ready";
        const string Injected = "cert-manager.io/inject-ca-from";
        var installation = await context.Installation;
        var other = await context.WebhookAsync(standard.IsMutating ? ExpectedWebhook.Validator : ExpectedWebhook.Mutator);
        var issuer = other?.Annotations.At(Injected).Text() ?? await IssuerOfSecretAsync(context, installation);
        if (!installation.IsSelfManaged && issuer is null)
        {
            return Restoration.Of(installation, Message, "certs-scripts/set-ca-bundle.sh --ca certs/ca.crt | kubectl apply -f -");
        }

        var configuration = (await context.ExpectedAsync()).WebhookConfiguration(standard.IsMutating);
        configuration["metadata"]!["name"] = context.Options.Webhooks;
        if (issuer is not null)
        {
            configuration["metadata"]!["annotations"] = new JsonObject { [Injected] = issuer };
        }

        if (!standard.IsMutating && await context.MinorAsync() is >= TenancyMatchCondition.FirstMinor)
        {
            configuration["webhooks"]![0]!["matchConditions"] =
                TenancyMatchCondition.Conditions((await context.Configuration).Options.Tenant);
        }

        return Restoration.Of(installation, Message, $"echo {ShellQuoting.Quote(PlainJson.Of(configuration))} | kubectl apply -f -");
    }

    /// <summary>The Certificate that cert-manager issued the Secret for.</summary>
    /// <returns><see langword="null"/> if it did not, or if that is not known.</returns>
    private static async Task<string?> IssuerOfSecretAsync(DoctorContext context, Installation installation) =>
        await context.Reader.GetAsync(
            $"api/v1/namespaces/{Uri.EscapeDataString(installation.Namespace)}/secrets/{Uri.EscapeDataString(installation.Secret)}")
            is ReadResult<JsonObject>.Found { Value: var secret }
        && secret.At("metadata", "annotations", "cert-manager.io/certificate-name").Text() is { } certificate
            ? $"{installation.Namespace}/{certificate}"
            : null;

    private static string Remove(RegisteredWebhook webhook) =>
        webhook.Patch([new JsonObject { ["op"] = "remove", ["path"] = $"/webhooks/{webhook.Index}" }]);
}
