using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Capsule;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The Capsule that is installed lets namespaces move at all.</summary>
internal sealed class CapsuleVersionCheck : IDoctorCheck
{
    public string Name => "capsule";

    public string Summary => "Capsule lets namespaces move at all: beside 0.13.0 to 0.13.9 nobody can migrate.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        if (await context.Mutating is not Reading<IReadOnlyList<JsonNode>>.Read || await context.Validating is not Reading<IReadOnlyList<JsonNode>>.Read)
        {
            return [UnreadableResult.Because("which Capsule is installed", "the webhook configurations are not known")];
        }

        return [await context.Capsule is { } version ? Of(version) : CheckResult.Ok("not installed: beside the guard nobody has a say")];
    }

    private static CheckResult Of(CapsuleVersion version) => version.Possible switch
    {
        [CapsuleBehavior.AdministratorsOnly] => CheckResult.Ok($"{version.Words}: its administrators may migrate, and nobody else"),
        [CapsuleBehavior.UsersOnly] => CheckResult.Ok($"{version.Words}: it undoes what its own users do, and looks at nobody else"),
        [CapsuleBehavior.Undoing] => CheckResult.Warning(
            $"{version.Words}: it undoes what its users and its administrators do, and looks at nobody else",
            new Remediation("upgrade Capsule to 0.13.10 or newer, where its administrators may migrate")),
        [CapsuleBehavior.Closed] => CheckResult.Failed(
            $"{version.Words}: nobody can migrate a namespace, whatever the guard says: it undoes what its administrators do, and refuses everybody else",
            new Remediation("upgrade Capsule to 0.13.10 or newer; until then the guard only protects")),
        _ => CheckResult.Unknown(
            $"{version.Words}: beside 0.13.0 to 0.13.9 nobody can migrate a namespace, from 0.13.10 on its administrators can",
            new Remediation("look at the image of Capsule's Deployment:", "kubectl get deployments -A -o wide | grep capsule")),
    };
}
