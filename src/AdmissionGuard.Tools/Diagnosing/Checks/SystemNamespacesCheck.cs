using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Namespaces;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The namespaces of the guard and of the tenants' controllers are in no tenant, and the guard keeps them out.</summary>
internal sealed class SystemNamespacesCheck : ICheck
{
    public string Name => "system-namespaces";

    public string Summary => "The namespaces of the guard and of `tenant.controllers` are in no tenant, the validator is asked about "
        + "them, and the guard knows its own. The line names what of this was checked.";

    public async Task<IReadOnlyList<Diagnosis>> RunAsync(Patient patient)
    {
        var (configuration, installation) = (await patient.Configuration, await patient.Installation);
        // Where the configuration can't be used, the controllers are not known; another check says so.
        var names = configuration is { Errors: [], Unread: "" }
            ? SystemNamespaces.Of(configuration.Options with { OwnNamespace = installation.Namespace })
            : [installation.Namespace];
        var existing = await patient.Namespaces is Reading<IReadOnlyList<JsonNode>>.Read read
            ? names.Select(name => read.Value.FirstOrDefault(ns => ns.NameOf() == name)).OfType<JsonNode>().ToList()
            : null;
        var hook = await patient.HookAsync(HookStandard.Validator);
        IReadOnlyList<JsonNode> pods = await patient.Pods is Reading<IReadOnlyList<JsonNode>>.Read running ? running.Value : [];

        IEnumerable<Diagnosis> membership = existing is null ? [] : MembershipOfSystem.Look(existing, configuration.Options);
        IEnumerable<Diagnosis> scope = hook is null || existing is null
            ? []
            : new ValidatorScope(hook, configuration.Options).Look(names, existing);
        List<Diagnosis> found = [.. membership, .. scope, .. PlaceOf(hook, installation), .. OwnNamespace.Look(installation, pods)];
        var good = found.Where(each => each.Health is Health.Ok).Select(each => each.Words).ToList();
        found.RemoveAll(each => each.Health is Health.Ok);
        return good is [] ? found : [.. found, Diagnosis.Ok(string.Join("; ", good))];
    }

    private static IEnumerable<Diagnosis> PlaceOf(Hook? hook, Installation installation) =>
        hook?.Node.At("clientConfig", "service", "namespace").Text() is { } place && place != installation.Namespace
            ? [Diagnosis.Failed(
                $"the validator's Service is in namespace {place}, and the guard was looked for in {installation.Namespace}",
                new Fix("ask again where the guard runs:", $"admissionguard doctor --namespace {Shell.Quote(place)}"))]
            : [];
}
