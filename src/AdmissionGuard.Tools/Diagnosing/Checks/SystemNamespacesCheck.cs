using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Namespaces;
using AdmissionGuard.Tools.Diagnosing.Webhooks;
using AdmissionGuard.Tools.Installed;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The namespaces of the guard and of the tenants' controllers are in no tenant, and the guard keeps them out.</summary>
internal sealed class SystemNamespacesCheck : IDoctorCheck
{
    public string Name => "system-namespaces";

    public string Summary => "The namespaces of the guard and of `tenant.controllers` are in no tenant, the validator is called for "
        + "them, and the guard knows its own namespace. The line names what was checked.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        var (configuration, installation) = (await context.Configuration, await context.Installation);
        // Where the configuration can't be used, the controllers are not known; another check reports it.
        var names = configuration is { Errors: [], Unreadable: "" }
            ? SystemNamespaces.Of(configuration.Options with { OwnNamespace = installation.Namespace })
            : [installation.Namespace];
        var existing = await context.Namespaces is ReadResult<IReadOnlyList<JsonNode>>.Found read
            ? names.Select(name => read.Value.FirstOrDefault(ns => ns.NameOf() == name)).OfType<JsonNode>().ToList()
            : null;
        var webhook = await context.WebhookAsync(ExpectedWebhook.Validator);
        IReadOnlyList<JsonNode> pods = await context.Pods is ReadResult<IReadOnlyList<JsonNode>>.Found running ? running.Value : [];

        IEnumerable<CheckResult> membership = existing is null ? [] : SystemNamespaceTenancy.Check(existing, configuration.Options);
        IEnumerable<CheckResult> scope = webhook is null || existing is null
            ? []
            : new ValidatorCoverage(webhook, configuration.Options, await context.IsGkeAsync()).Check(names, existing);
        List<CheckResult> found = [.. membership, .. scope, .. PlaceOf(webhook, installation), .. OwnNamespace.Check(installation, pods)];
        var good = found.Where(each => each.Health is CheckStatus.Ok).Select(each => each.Message).ToList();
        found.RemoveAll(each => each.Health is CheckStatus.Ok);
        return good is [] ? found : [.. found, CheckResult.Ok(string.Join("; ", good))];
    }

    private static IEnumerable<CheckResult> PlaceOf(RegisteredWebhook? webhook, Installation installation) =>
        // Where the guard was found, the check of the webhook reports it.
        installation.Deployment is null
        && webhook?.Node.At("clientConfig", "service", "namespace").Text() is { } place
        && place != installation.Namespace
            ? [CheckResult.Failed(
                $"the validator's Service is in namespace {place}, but the guard was searched for in {installation.Namespace}",
                new Remediation("check the guard in its own namespace:", $"admissionguard doctor --namespace {ShellQuoting.Quote(place)}"))]
            : [];
}
