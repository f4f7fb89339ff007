using System.CommandLine;
using AdmissionGuard.Tools.Output;
using AdmissionGuard.Tools.Registering;

namespace AdmissionGuard.Commands;

/// <summary><c>admissionguard register</c>.</summary>
internal static class RegisterCommand
{
    private const string Description = """
        Set the validating webhook's failurePolicy to Fail as soon as the guard answers.

        It is the second step of a new installation on API servers without match conditions (before Kubernetes 1.28): there,
        the validating webhook is registered with failurePolicy Ignore first, so that no write of a namespace is refused while
        the guard starts. The command waits until the API server has a caBundle for the webhook and a dry run of a write that
        the guard always refuses comes back in the guard's words. It writes nothing else, and never sets Ignore.

        Examples:
          # In a pod, as the Helm chart does after an installation
          admissionguard register

          # From a workstation
          admissionguard register --context production --wait 10m

        Exit codes: 0 the failurePolicy is Fail; 1 the API server refused, or there is no such webhook; 2 invalid input; 3 the
        guard did not answer in time, or the cluster is unreachable; 70 unexpected error.
        """;

    public static Command Create(Terminal terminal)
    {
        var webhooks = WebhooksOption.Create("The name of the validating webhook configuration");
        var wait = Duration.Option("--wait", "How long to wait until the guard answers", "5m");
        var config = ConfigurationOptions.Config("The guard's configuration file, YAML (default: none, every setting has its default)");
        var set = ConfigurationOptions.Set();
        var connection = new ConnectionFlags();

        var command = new Command("register", Description)
        {
            webhooks, wait, config, set, connection.Kubeconfig, connection.Context, connection.RequestTimeout,
        };
        command.SetAction((parse, cancellation) => Registration.RunAsync(
            new RegisterOptions(parse.GetRequiredValue(webhooks), parse.GetValue(wait).Time)
            {
                Config = parse.GetValue(config),
                Set = parse.GetValue(set) ?? [],
                Kubeconfig = parse.GetValue(connection.Kubeconfig),
                Context = parse.GetValue(connection.Context),
                RequestTimeout = parse.GetRequiredValue(connection.RequestTimeout).Time,
            },
            terminal,
            cancellation));
        return command;
    }
}
