using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Checks;
using AdmissionGuard.Tools.Diagnosing.Output;
using AdmissionGuard.Tools.Diagnosing.Webhooks;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Tools.Diagnosing;

/// <summary><c>admissionguard doctor</c>: looks at everything, one thing after the other, and changes nothing.</summary>
/// <param name="patient">The cluster.</param>
/// <param name="terminal">Where it is told.</param>
internal sealed class Doctor(Patient patient, Terminal terminal)
{
    /// <summary>What is looked at, in the order in which it is told.</summary>
    public static IReadOnlyList<ICheck> Checks { get; } =
    [
        new ApiServer(),
        new Registration(),
        new HookShape("mutator", HookStandard.Mutator),
        new HookShape("validator", HookStandard.Validator),
        new WebhookOrder(),
        new MatchConditions(),
        new Backstop(),
        new CaBundle(),
        new CertificateLife(),
        new Replicas(),
        new Spread(),
        new DisruptionBudget(),
        new GuardRights(),
        new ExcessRights(),
        new GarbageCollector(),
        new GuardSettings(),
        new TenantPolicies(),
        new CapsuleItself(),
        new CapsuleSettings(),
        new TenantControllersCheck(),
        new SystemNamespacesCheck(),
        new MigratorsAllowed(),
        new NamespaceDrift(),
    ];

    public async Task<int> RunAsync()
    {
        List<(string Check, Diagnosis Diagnosis)> found = [];
        var progress = new Progress("doctor", terminal, patient.Time);
        await using (progress)
        {
            if (await UnreachableAsync(progress) is { } why)
            {
                return terminal.Complain([$"the cluster can't be looked at: {why}"], ExitCode.Unreachable);
            }

            foreach (var check in Checks)
            {
                progress.Await($"looking at {check.Name}");
                found.AddRange((await check.RunAsync(patient)).Select(diagnosis => (check.Name, diagnosis)));
            }
        }

        DiagnosisReport.Write(found, patient.Options.Format, terminal);
        return CodeOf(found);
    }

    /// <summary>Why nothing at all can be read; <see langword="null"/> where something can.</summary>
    private async Task<string?> UnreachableAsync(Progress progress)
    {
        progress.Await("waiting for the API server");
        return (await patient.Version, await patient.Mutating) is (not Reading<JsonObject>.Read and var version, not Reading<IReadOnlyList<JsonNode>>.Read)
            ? Unread.WhyOf(version)
            : null;
    }

    private static int CodeOf(IReadOnlyList<(string Check, Diagnosis Diagnosis)> found) =>
        found.Any(each => each.Diagnosis.Health is Health.Failed) ? ExitCode.Failed
        // The version is read by everybody.
        : found.All(each => each.Diagnosis.Health is Health.Unknown || each.Check == Checks[0].Name) ? ExitCode.Unreachable
        : ExitCode.Done;
}
