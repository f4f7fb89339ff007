using AdmissionGuard.Checking.Output;
using AdmissionGuard.Cluster;
using AdmissionGuard.CommandLine;
using AdmissionGuard.Configuration;
using AdmissionGuard.Kubernetes.Connections;

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

            await using var session = ClusterSession.Open(options.Kubeconfig, options.Context, terminal.Error);
            return await new Planner(options, reading.Options, session.Calls, TimeProvider.System, terminal).RunAsync(cancellation);
        }
        catch (ConfigurationException e)
        {
            return await terminal.ComplainAsync(ConfigurationError.Tell(e.Errors), ExitCode.BadInput);
        }
        catch (ConnectionSourceException e)
        {
            return await terminal.ComplainAsync([e.Message], ExitCode.BadInput);
        }
        catch (PlanException e)
        {
            return await terminal.ComplainAsync([e.Message], e.ExitCode);
        }
    }
}
