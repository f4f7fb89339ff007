using System.Text.Json.Nodes;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Kubernetes;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The installed version of Capsule allows namespaces to move.</summary>
internal sealed class CapsuleVersionCheck : IDoctorCheck
{
    public string Name => "capsule";

    public string Summary => "The Capsule version allows namespaces to move: with 0.13.0 to 0.13.9 nobody can migrate.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        foreach (var webhooks in new[] { await context.Mutating, await context.Validating })
        {
            if (webhooks is not ReadResult<IReadOnlyList<JsonNode>>.Found)
            {
                return await UnreadableResult.OfAsync(
                    context, "the Capsule version, for which the webhook configurations are needed,", webhooks);
            }
        }

        return [await context.Capsule is { } version ? Of(version) : CheckResult.Ok("not installed: only the guard decides")];
    }

    private static CheckResult Of(CapsuleVersion version) => version.Possible switch
    {
        [CapsuleBehavior.AdministratorsOnly] => CheckResult.Ok($"{version.Description}: only its administrators may migrate"),
        [CapsuleBehavior.UsersOnly] => CheckResult.Ok($"{version.Description}: it reverts changes by its users, and ignores other users"),
        [CapsuleBehavior.Undoing] => CheckResult.Warning(
            $"{version.Description}: it reverts changes by its users and administrators, and ignores other users",
            new Remediation("upgrade Capsule to 0.13.10 or newer, where its administrators may migrate")),
        [CapsuleBehavior.Closed] => CheckResult.Failed(
            $"{version.Description}: nobody can migrate a namespace, even if the guard allows it: it reverts changes by its "
                + "administrators, and refuses everyone else",
            new Remediation("upgrade Capsule to 0.13.10 or newer; until then the guard only protects namespaces")),
        _ => CheckResult.Unknown(
            $"{version.Description}: with 0.13.0 to 0.13.9 nobody can migrate a namespace; from 0.13.10 its administrators can",
            new Remediation("check the image of Capsule's Deployment:", "kubectl get deployments -A -o wide | grep capsule")),
    };
}
