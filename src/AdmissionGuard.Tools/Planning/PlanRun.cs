using AdmissionGuard.Kubernetes.Credentials;
using AdmissionGuard.Server.Admission.Reviews;
using AdmissionGuard.Server.Configuration;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Tools.Planning;

/// <summary>Creates a planner with its configuration, connection and clock.</summary>
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

            await using var session = ClusterSession.Open(options.Kubeconfig, options.Context, terminal);
            return await new Planner(options, reading.Options, session.Calls, TimeProvider.System, terminal).RunAsync(cancellation);
        }
        catch (ConfigurationException e)
        {
            return terminal.AddError(ConfigurationError.ToLines(e.Errors), ExitCode.BadInput);
        }
        catch (ConnectionSourceException e)
        {
            return terminal.AddError([e.Message], ExitCode.BadInput);
        }
        catch (BadReviewException e)
        {
            return terminal.AddError([$"namespace \"{options.Namespace}\" can't be parsed: {e.Message}"], ExitCode.Unreachable);
        }
        catch (PlanException e)
        {
            return terminal.AddError([e.Message], e.ExitCode);
        }
    }
}
