using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>Each of the guard's webhooks is registered once, and nowhere else.</summary>
internal sealed class Registration : ICheck
{
    private static readonly Fix Register = new(
        "apply the webhook configurations of your installation again, once the guard answers; for one by files:",
        "certs-scripts/set-ca-bundle.sh --ca certs/ca.crt | kubectl apply -f -");

    public string Name => "webhooks";

    public string Summary => "`mutate.admissionguard.io` and `validate.admissionguard.io` are registered once each, in `00-admissionguard` (`--webhooks`).";

    public async Task<IReadOnlyList<Diagnosis>> RunAsync(Patient patient)
    {
        var found = new List<Diagnosis>();
        foreach (var standard in HookStandard.Both)
        {
            found.Add(await (standard.IsMutating ? patient.Mutating : patient.Validating) is Reading<IReadOnlyList<JsonNode>>.Read read
                ? Of(standard, [.. Hook.Of(standard.Plural, read.Value)], patient.Options.Webhooks)
                : Unread.Of($"the {standard.Plural}", await (standard.IsMutating ? patient.Mutating : patient.Validating))[0]);
        }

        return found;
    }

    private static Diagnosis Of(HookStandard standard, IReadOnlyList<Hook> all, string configuration)
    {
        var hooks = all.Where(hook => hook.Name == standard.Name).ToList();
        var (here, elsewhere) = (hooks.Where(hook => hook.Configuration == configuration).ToList(), hooks.Where(hook => hook.Configuration != configuration).ToList());
        return (here, elsewhere) switch
        {
            ([_], []) => Diagnosis.Ok($"{standard.Name} is registered in {configuration}"),
            ([], [var other, ..]) => Diagnosis.Failed(
                $"{standard.Name} is registered in {other.Configuration} and not in {configuration}",
                new Fix($"if that is the guard's own, ask again with --webhooks {other.Configuration}; else take it out there, and register the guard")),
            ([], []) => Diagnosis.Failed($"{standard.Name} is not registered: {(standard.IsMutating ? "a label alone is never completed" : "nothing checks who may move a namespace")}", Register),
            (_, [var other, ..]) => Diagnosis.Failed(
                $"{standard.Name} is registered a second time, in {other.Configuration}",
                new Fix("take the one out that is not the guard's:", all.Any(hook => hook.Configuration == other.Configuration && hook.Name != standard.Name)
                    ? Remove(other)
                    : $"kubectl delete {standard.Plural[..^1]} {other.Configuration}")),
            _ => Diagnosis.Failed(
                $"{standard.Name} is {here.Count} times in {configuration}",
                new Fix("take out all but the first:", Remove(here[1]))),
        };
    }

    private static string Remove(Hook hook) => hook.Patch([new JsonObject { ["op"] = "remove", ["path"] = $"/webhooks/{hook.Index}" }]);
}
