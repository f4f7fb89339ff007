using System.CommandLine;
using AdmissionGuard.Tools.Output;
using AdmissionGuard.Tools.Unregistering;

namespace AdmissionGuard.Commands;

/// <summary><c>admissionguard unregister</c>.</summary>
internal static class UnregisterCommand
{
    private const string Description = """
        Delete the guard's webhook configurations, so that the API server no longer calls the guard.

        Run it before you uninstall the guard: otherwise the API server refuses writes to namespaces, because the
        validating webhook does not respond. It does not call the guard, so it works when the guard is broken. The mutating
        configuration is deleted first. A missing configuration is not an error. Afterwards, nothing checks tenancy.

        Examples:
          # In a pod, as the Helm chart does before it deletes anything
          admissionguard unregister

          # From a workstation
          admissionguard unregister --context production

        Exit codes: 0 both are deleted or missing; 1 the API server refused; 2 invalid input; 3 the cluster is unreachable;
        70 unexpected error.
        """;

    public static Command Create(Terminal terminal)
    {
        var webhooks = WebhooksOption.Create("The name of both webhook configurations");
        var connection = new ConnectionFlags();

        var command = new Command(
            "unregister", Description) { webhooks, connection.Kubeconfig, connection.Context, connection.RequestTimeout };
        command.SetAction((parse, cancellation) => Unregistration.RunAsync(
            parse.GetRequiredValue(webhooks),
            parse.GetValue(connection.Kubeconfig),
            parse.GetValue(connection.Context),
            parse.GetRequiredValue(connection.RequestTimeout).Time,
            terminal,
            cancellation));
        return command;
    }
}
