using System.Text.Json.Nodes;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Credentials;
using AdmissionGuard.Server.Configuration;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Checks;
using AdmissionGuard.Tools.Diagnosing.Output;
using AdmissionGuard.Tools.Diagnosing.Webhooks;
using AdmissionGuard.Tools.Output;
using Microsoft.Extensions.Configuration.Memory;

namespace AdmissionGuard.Tools.Diagnosing;

/// <summary><c>admissionguard doctor</c>: runs all checks in order, and stores nothing.</summary>
/// <param name="context">The cluster.</param>
/// <param name="terminal">Where it is reported.</param>
internal sealed class Doctor(DoctorContext context, Terminal terminal)
{
    /// <summary>The checks, in the order of the report.</summary>
    public static IReadOnlyList<IDoctorCheck> Checks { get; } =
    [
        new ApiServerCheck(),
        new WebhookRegistrationCheck(),
        new WebhookCheck("mutator", ExpectedWebhook.Mutator),
        new WebhookCheck("validator", ExpectedWebhook.Validator),
        new WebhookOrderCheck(),
        new MatchConditionsCheck(),
        new BackstopPolicyCheck(),
        new ServiceCheck(),
        new CaBundleCheck(),
        new CertificateExpiryCheck(),
        new ReplicasCheck(),
        new ProbeCheck(),
        new PodSpreadCheck(),
        new DisruptionBudgetCheck(),
        new GuardPermissionsCheck(),
        new ExcessPermissionsCheck(),
        new GarbageCollectorCheck(),
        new ConfigurationCheck(),
        new TenantPoliciesCheck(),
        new CapsuleVersionCheck(),
        new CapsuleConfigurationCheck(),
        new TenantControllersCheck(),
        new SystemNamespacesCheck(),
        new MigratorsCheck(),
        new NamespaceDriftCheck(),
    ];

    /// <summary>Connects to the cluster and runs the checks.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(DoctorOptions options, Terminal terminal, CancellationToken cancellation)
    {
        // Invalid input is not a failure of the cluster.
        var flags = new ConfigurationReader(file: null, options.Set, new MemoryConfigurationSource()).Read();
        if (!flags.IsGood)
        {
            return terminal.Fail(ConfigurationError.ToLines(flags.Errors), ExitCode.BadInput);
        }

        if (options.Config is { } file && !File.Exists(file))
        {
            return terminal.Fail([$"--config: file '{file}' not found"], ExitCode.BadInput);
        }

        try
        {
            await using var session = ClusterSession.Open(options.Kubeconfig, options.Context, terminal, options.RequestTimeout);
            return await new Doctor(new DoctorContext(options, session.Calls, TimeProvider.System, cancellation), terminal).RunAsync();
        }
        catch (ConnectionSourceException e)
        {
            return terminal.Fail([e.Message], ExitCode.BadInput);
        }
    }

    public async Task<int> RunAsync()
    {
        List<(string Check, CheckResult Diagnosis)> found = [];
        var progress = new Progress("doctor", terminal, context.Time);
        await using (progress)
        {
            if (await UnreachableAsync(progress) is { } why)
            {
                return terminal.Fail([$"the cluster can't be checked: {why}"], ExitCode.Unreachable);
            }

            // Where nothing is installed, one line says so.
            var isInstalled = await context.MayBeInstalledAsync();
            foreach (var check in Checks.Where(check => isInstalled || check is ApiServerCheck or ReplicasCheck))
            {
                progress.Await($"checking {check.Name}");
                found.AddRange((await check.RunAsync(context)).Select(diagnosis => (check.Name, diagnosis)));
            }
        }

        DiagnosisReport.Write(found, context.Options.Format, terminal);
        return CodeOf(found);
    }

    /// <summary>Why nothing can be read; <see langword="null"/> if something can.</summary>
    private async Task<string?> UnreachableAsync(Progress progress)
    {
        progress.Await("waiting for the API server");
        return (await context.Version, await context.Mutating) is (not ReadResult<JsonObject>.Found
            and var version, not ReadResult<IReadOnlyList<JsonNode>>.Found)
            ? UnreadText.WhyOf(version)
            : null;
    }

    private static int CodeOf(IReadOnlyList<(string Check, CheckResult Diagnosis)> found) =>
        found.Any(each => each.Diagnosis.Health is CheckStatus.Failed) ? ExitCode.Failed
        // Everyone may read the version.
        : found.All(each => each.Diagnosis.Health is CheckStatus.Unknown || each.Check == Checks[0].Name) ? ExitCode.Unreachable
        : ExitCode.Done;
}
