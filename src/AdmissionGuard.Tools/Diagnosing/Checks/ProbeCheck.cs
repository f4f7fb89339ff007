using AdmissionGuard.Tools.Diagnosing.Probing;
using AdmissionGuard.Tools.Diagnosing.Webhooks;
using AdmissionGuard.Tools.Installed;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The API server calls both webhooks, and the guard answers.</summary>
internal sealed class ProbeCheck : IDoctorCheck
{
    private const string Role = "admissionguard-doctor-probe";

    // The mutator is not called for subresources, and the first webhook that refuses ends a request.
    private static readonly (ExpectedWebhook Webhook, string SubResource)[] Requests =
        [(ExpectedWebhook.Mutator, ""), (ExpectedWebhook.Validator, "status")];

    public string Name => "probe";

    public string Summary => "The API server calls both webhooks and the guard answers. The doctor tries it with a dry run of a change of "
        + "the guard's own namespace that the guard refuses in every mode. `--no-probe` omits it.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        if (!context.Options.IsProbed)
        {
            return [CheckResult.Unknown(
                "whether the API server calls the guard was not tried (--no-probe)", new Remediation("run doctor without --no-probe"))];
        }

        var (tenant, found) = ((await context.Configuration).Options.Tenant, new List<CheckResult>());
        foreach (var (webhook, subResource) in Requests)
        {
            // Another check reports one that is not registered.
            if (await context.WebhookAsync(webhook) is { } registered)
            {
                var answer = await context.Probe.SendAsync(context.Options.Namespace, subResource, tenant);
                found.Add(await OfAsync(context, registered, answer));
            }
        }

        // One permission, or one cause, is told once.
        return [.. found.DistinctBy(each => (each.Health is CheckStatus.Unknown, each.Message))];
    }

    private static async Task<CheckResult> OfAsync(DoctorContext context, RegisteredWebhook webhook, ProbeAnswer answer)
    {
        var installation = await context.Installation;
        return answer switch
        {
            ProbeAnswer.Refused refused when refused.Webhook == webhook.Name && refused.IsInGuardsWords =>
                CheckResult.Ok($"the API server called {webhook.Name}, and the guard answered"),
            ProbeAnswer.Refused refused when refused.Webhook == webhook.Name => CheckResult.Failed(
                $"{webhook.Name} answered, but not like the guard: {refused.Message}",
                new Remediation(
                    "find out which pods its Service leads to:",
                    $"kubectl -n {installation.Namespace} get pods -l app.kubernetes.io/name=admissionguard -o wide")),
            // The mutator's failures are ignored, and then the validator refuses the request.
            ProbeAnswer.Refused refused when refused.Webhook == ExpectedWebhook.Validator.Name => CheckResult.Failed(
                $"{webhook.Name} was not called, or did not answer: a change of the label is not completed", Causes(installation)),
            ProbeAnswer.Refused refused => CheckResult.Unknown(
                $"another webhook, {refused.Webhook}, refused the request that should reach {webhook.Name}: {refused.Message}",
                new Remediation("exempt the guard's namespace from it, or run doctor with --no-probe")),
            ProbeAnswer.NotAnswered failed => CheckResult.Failed(
                $"the API server got no answer from {failed.Webhook}: {failed.Why}", FixOf(failed.Why, installation)),
            ProbeAnswer.Admitted => CheckResult.Failed(
                $"the API server did not call {webhook.Name}: it admitted what the guard refuses in every mode", Causes(installation)),
            ProbeAnswer.NotPermitted => CheckResult.Unknown(
                $"whether the API server calls the guard was not tried: you may not patch namespace {context.Options.Namespace}",
                await UnreadableResult.BindAsync(
                    context,
                    $"run doctor with --no-probe, or apply the roles of this version and bind the ClusterRole {Role} to your user",
                    Role)),
            ProbeAnswer.Other other => CheckResult.Unknown(
                $"whether the API server calls {webhook.Name} is unknown: {other.Why}",
                new Remediation("run doctor again, or with --no-probe")),
            _ => throw new ArgumentException($"unknown answer: {answer}", nameof(answer)),
        };
    }

    /// <summary>The API server's words tell where it failed; what is wrong with an object, that object's check reports.</summary>
    private static Remediation FixOf(string why, Installation installation) =>
        // The guard closes the connection of a client without a valid certificate.
        why.EndsWith("EOF", StringComparison.Ordinal)
        || why.Contains("remote error: tls", StringComparison.Ordinal)
        || why.Contains("connection reset", StringComparison.Ordinal)
            ? installation.ArgumentsGiven.Any(each => each.StartsWith("--client-ca", StringComparison.Ordinal))
                ? new Remediation(
                    "the guard requires a client certificate (--client-ca), which the API server does not present, or which another "
                        + "authority signed: configure --admission-control-config-file of the API server, or stop requiring it:",
                    RemoveArguments(installation, "--client-ca", "--client-name"))
                : Causes(installation)
            : Causes(installation);

    private static Remediation Causes(Installation installation) => new(
        "fix what the other checks report; if they report nothing, a NetworkPolicy or a firewall between the API server and the pods' port "
            + "9443 may be the cause. See the guard's log:",
        $"kubectl -n {installation.Namespace} logs deployment/{installation.Name} --tail=20");

    /// <summary>The command that removes arguments, the last first: each removal shifts those after it.</summary>
    private static string RemoveArguments(Installation installation, params string[] names)
    {
        var path = $"/spec/template/spec/containers/{installation.ContainerIndex}/args";
        var operations = installation.ArgumentsGiven.Index()
            .Where(each => names.Any(name => each.Item == name || each.Item.StartsWith($"{name}=", StringComparison.Ordinal)))
            .Reverse()
            .Select(each => $$"""{"op":"remove","path":"{{path}}/{{each.Index}}"}""");
        return $"kubectl -n {installation.Namespace} patch deployment {installation.Name} --type=json "
            + $"-p '[{string.Join(',', operations)}]'";
    }
}
