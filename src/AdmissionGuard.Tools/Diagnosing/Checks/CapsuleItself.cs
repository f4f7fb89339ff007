using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Neighbours;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The Capsule that is installed lets namespaces move at all.</summary>
internal sealed class CapsuleItself : ICheck
{
    public string Name => "capsule";

    public string Summary => "Capsule lets namespaces move at all: beside 0.13.0 to 0.13.9 nobody can migrate.";

    public async Task<IReadOnlyList<Diagnosis>> RunAsync(Patient patient)
    {
        if (await patient.Mutating is not Reading<IReadOnlyList<JsonNode>>.Read || await patient.Validating is not Reading<IReadOnlyList<JsonNode>>.Read)
        {
            return [Unread.Because("which Capsule is installed", "the webhook configurations are not known")];
        }

        return [await patient.Capsule is { } version ? Of(version) : Diagnosis.Ok("not installed: beside the guard nobody has a say")];
    }

    private static Diagnosis Of(CapsuleVersion version) => version.Possible switch
    {
        [Regime.AdministratorsOnly] => Diagnosis.Ok($"{version.Words}: its administrators may migrate, and nobody else"),
        [Regime.UsersOnly] => Diagnosis.Ok($"{version.Words}: it undoes what its own users do, and looks at nobody else"),
        [Regime.Undoing] => Diagnosis.Warning(
            $"{version.Words}: it undoes what its users and its administrators do, and looks at nobody else",
            new Fix("upgrade Capsule to 0.13.10 or newer, where its administrators may migrate")),
        [Regime.Closed] => Diagnosis.Failed(
            $"{version.Words}: nobody can migrate a namespace, whatever the guard says: it undoes what its administrators do, and refuses everybody else",
            new Fix("upgrade Capsule to 0.13.10 or newer; until then the guard only protects")),
        _ => Diagnosis.Unknown(
            $"{version.Words}: beside 0.13.0 to 0.13.9 nobody can migrate a namespace, from 0.13.10 on its administrators can",
            new Fix("look at the image of Capsule's Deployment:", "kubectl get deployments -A -o wide | grep capsule")),
    };
}
