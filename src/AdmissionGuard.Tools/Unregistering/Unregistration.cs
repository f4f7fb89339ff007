using System.Net;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Credentials;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Tools.Unregistering;

/// <summary>Deletes both webhook configurations.</summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="terminal">Where it is reported.</param>
/// <param name="time">The clock.</param>
internal sealed class Unregistration(ApiServerClient calls, Terminal terminal, TimeProvider time)
{
    // The mutator is deleted first: the validator then refuses incomplete changes, and nothing bypasses it in between.
    private static readonly string[] Kinds = ["mutatingwebhookconfiguration", "validatingwebhookconfiguration"];

    public static async Task<int> RunAsync(
        string name, string? kubeconfig, string? context, TimeSpan requestTimeout, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            await using var session = ClusterSession.Open(kubeconfig, context, terminal, requestTimeout);
            return await new Unregistration(session.Calls, terminal, TimeProvider.System).RunAsync(name, cancellation);
        }
        catch (ConnectionSourceException e)
        {
            return terminal.Fail([e.Message], ExitCode.BadInput);
        }
    }

    public async Task<int> RunAsync(string name, CancellationToken cancellation)
    {
        var worst = ExitCode.Done;
        await using var progress = new Progress("unregister", terminal, time);
        foreach (var kind in Kinds)
        {
            progress.Await($"deleting {kind} {name}");
            // Whatever becomes of the first, the second is tried: it is the one that holds namespaces up.
            worst = Math.Max(worst, await DeleteAsync(kind, name, cancellation));
        }

        return worst;
    }

    private async Task<int> DeleteAsync(string kind, string name, CancellationToken cancellation)
    {
        using var deadline = new Deadline(time, Deadline.Longest, cancellation);
        var (code, why) = await calls.SendAsync(
            ApiCall.Write("unregister"),
            root => new HttpRequestMessage(
                HttpMethod.Delete, new Uri(root, $"apis/admissionregistration.k8s.io/v1/{kind}s/{Uri.EscapeDataString(name)}")),
            static (response, _) => Task.FromResult(
                (Code: (HttpStatusCode?)response.StatusCode, Why: $"the API server answered {(int)response.StatusCode}")),
            static failure => (null, ApiFailureText.ForOperator(failure)),
            deadline);
        var what = $"{kind}.admissionregistration.k8s.io \"{name}\"";
        switch (code)
        {
            case HttpStatusCode.OK or HttpStatusCode.Accepted:
                terminal.Write($"{what} deleted");
                return ExitCode.Done;
            case HttpStatusCode.NotFound:
                terminal.Write($"{what} not found");
                return ExitCode.Done;
            case null:
                return terminal.Fail([$"{what}: {why}"], ExitCode.Unreachable);
            case HttpStatusCode.Forbidden:
                return terminal.Fail([$"{what}: permission denied (403)"], ExitCode.Refused);
            default:
                return terminal.Fail([$"{what}: {why}"], ExitCode.Refused);
        }
    }
}
