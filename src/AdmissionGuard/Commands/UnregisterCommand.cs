using System.CommandLine;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Output;
using AdmissionGuard.Tools.Unregistering;

namespace AdmissionGuard.Commands;

/// <summary><c>admissionguard unregister</c>.</summary>
internal static class UnregisterCommand
{
    private const string Description = """
        Take the guard's webhook configurations out of a cluster, so that the API server asks it nothing any more.

        It comes before an uninstallation: with the guard gone first, every namespace would be held up by a validator
        that nobody answers for. It asks nothing of the guard, and so works when that is broken. The mutating
        configuration goes first. What is not there is no error. From then on nothing checks tenancy.

        Examples:
          # In a pod, as the Helm chart does before it deletes anything
          admissionguard unregister

          # From outside
          admissionguard unregister --context production

        Exit codes: 0 neither is there any more; 1 the API server refused; 2 bad input; 3 the cluster is away.
        """;

    public static Command Create(Terminal terminal)
    {
        var webhooks = new Option<string>("--webhooks")
        {
            HelpName = "NAME",
            Description = "The name of both webhook configurations",
            DefaultValueFactory = _ => "00-admissionguard",
        };
        var kubeconfig = new Option<string?>("--kubeconfig")
        {
            HelpName = "FILE",
            Description = "The kubeconfig to reach the API server with (default: $KUBECONFIG, ~/.kube/config, the pod's service account)",
        };
        var context = new Option<string?>("--context") { HelpName = "NAME", Description = "A context of the kubeconfig (default: its current one)" };

        var command = new Command("unregister", Description) { webhooks, kubeconfig, context };
        command.Validate(result =>
        {
            if (result.GetResult(webhooks) is { Implicit: false } && result.GetValue(webhooks) is { } name && !name.Split('.').All(NamespaceName.IsValid))
            {
                result.AddError($"--webhooks: '{name}' is no name of a webhook configuration");
            }
        });
        command.SetAction((parse, cancellation) => Unregistration.RunAsync(
            parse.GetRequiredValue(webhooks), parse.GetValue(kubeconfig), parse.GetValue(context), terminal, cancellation));
        return command;
    }
}
