using AdmissionGuard.Kubernetes.AccessReviews;
using AdmissionGuard.Kubernetes.Credentials;
using AdmissionGuard.Server.Configuration;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Output;
using Microsoft.Extensions.Configuration.Memory;

namespace AdmissionGuard.Tools.Diagnosing;

/// <summary>Creates the doctor with its connection and clock.</summary>
internal static class DoctorRun
{
    public static async Task<int> RunAsync(DoctorOptions options, Terminal terminal, CancellationToken cancellation)
    {
        // Invalid input is not a failure of the cluster.
        var flags = new ConfigurationReader(file: null, options.Set, new MemoryConfigurationSource()).Read();
        if (!flags.IsGood)
        {
            return terminal.AddError(ConfigurationError.ToLines(flags.Errors), ExitCode.BadInput);
        }

        if (options.Config is { } file && !File.Exists(file))
        {
            return terminal.AddError([$"--config: file '{file}' not found"], ExitCode.BadInput);
        }

        try
        {
            await using var session = ClusterSession.Open(options.Kubeconfig, options.Context, terminal);
            var reader = new ClusterReader(session.Calls, TimeProvider.System, cancellation);
            return await new Doctor(
                new DoctorContext(options, reader, new SubjectAccessReviewClient(session.Calls), TimeProvider.System, cancellation),
                terminal).RunAsync();
        }
        catch (ConnectionSourceException e)
        {
            return terminal.AddError([e.Message], ExitCode.BadInput);
        }
    }
}
