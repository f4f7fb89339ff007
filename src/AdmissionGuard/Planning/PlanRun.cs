using System.Diagnostics.Metrics;
using AdmissionGuard.Checking.Output;
using AdmissionGuard.CommandLine;
using AdmissionGuard.Configuration;
using AdmissionGuard.Kubernetes.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace AdmissionGuard.Planning;

/// <summary>Puts a plan together: configuration, connection, clock.</summary>
internal static class PlanRun
{
    public static async Task<int> RunAsync(PlanOptions options, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            var reading = new ConfigurationReader(options.Config, options.Set).Read();
            if (!reading.IsGood)
            {
                throw new ConfigurationException(reading.Errors);
            }

            await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
            var metrics = new CallMetrics(services.GetRequiredService<IMeterFactory>());
            var connection = new ClusterConnection(options.Kubeconfig ?? OfHome(), options.Context);
            var calls = new ClusterCalls(connection, metrics, TimeProvider.System, NullLogger<ClusterCalls>.Instance) { IsForOperator = true };
            return await new Planner(options, reading.Options, calls, TimeProvider.System, terminal).RunAsync(cancellation);
        }
        catch (ConfigurationException e)
        {
            return await ComplainAsync(terminal, ConfigurationError.Tell(e.Errors), ExitCode.BadInput);
        }
        catch (ConnectionSourceException e)
        {
            return await ComplainAsync(terminal, [e.Message], ExitCode.BadInput);
        }
        catch (PlanException e)
        {
            return await ComplainAsync(terminal, [e.Message], e.ExitCode);
        }
    }

    /// <summary>Where kubectl looks too, where nothing else is said.</summary>
    public static string? OfHome()
    {
        var file = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");
        return string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBECONFIG")) && File.Exists(file) ? file : null;
    }

    private static async Task<int> ComplainAsync(Terminal terminal, IEnumerable<string> errors, int exitCode)
    {
        foreach (var error in errors)
        {
            await terminal.Error.WriteLineAsync($"Error: {error}");
        }

        return exitCode;
    }
}
