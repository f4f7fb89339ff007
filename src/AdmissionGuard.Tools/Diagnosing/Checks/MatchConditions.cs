using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>An outage of the guard stops no edit that does not touch tenancy, where the API server can do that.</summary>
internal sealed class MatchConditions : ICheck
{
    private const int FirstMinor = 28;

    public string Name => "match-conditions";

    public string Summary => "The validator has the `matchConditions` of `deploy/components/match-conditions` "
        + "(Kubernetes 1.28 and newer), and no others.";

    public async Task<IReadOnlyList<Diagnosis>> RunAsync(Patient patient)
    {
        if (await patient.HookAsync(HookStandard.Validator) is not { } hook || await patient.MinorAsync() is not { } minor)
        {
            return [];
        }

        var unknown = TenancyCondition.UnknownOf(hook, (await patient.Configuration).Options.Tenant);
        return (unknown, hook.Node.At("matchConditions").Items().Any(), minor) switch
        {
            ([_, ..], _, _) => [Diagnosis.Failed(
                $"the validator has matchConditions that are not known here ({string.Join(", ", unknown)}): "
                + "what they leave out is not checked",
                new Fix(
                    "compare them with deploy/components/match-conditions/webhooks.yaml, or take them out:",
                    hook.Patch([hook.Change("matchConditions", value: null)])))],
            (_, true, _) => [Diagnosis.Ok("the validator is asked about requests that touch tenancy, and no others")],
            (_, _, < FirstMinor) =>
                [Diagnosis.Ok($"not before Kubernetes 1.{FirstMinor}: while the guard is down, every write to a namespace is refused")],
            _ => [Diagnosis.Warning(
                "the validator has none: while the guard is down, every write to a namespace is refused, "
                + "also those that don't touch tenancy",
                new Fix("add the component deploy/components/match-conditions to your overlay"))],
        };
    }
}
