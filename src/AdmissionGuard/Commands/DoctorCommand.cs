using System.CommandLine;
using System.CommandLine.Parsing;
using AdmissionGuard.Tools.Checking;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing;
using AdmissionGuard.Tools.Diagnosing.Certificates;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Commands;

/// <summary><c>admissionguard doctor</c>.</summary>
internal static class DoctorCommand
{
    private const string Description = """
        Look at a cluster's installation of the guard, and say what is wrong and how to mend it. Nothing is changed: only GETs,
        LISTs and access reviews are sent. Under every line that is not [ok] stands the fix: a command, or what to edit.

        The ClusterRole and the Roles admissionguard-doctor have the rights for it; what may not be read is [unknown].

        Examples:
          # The current context's cluster
          admissionguard doctor

          # Could alice migrate, who is in the group dev? Or would Capsule block her?
          admissionguard doctor --as alice --as-group dev

          # Without the right to read the Secret: look at the certificate that is served
          kubectl -n admissionguard-system port-forward service/admissionguard 9443:443 &
          admissionguard doctor --endpoint 127.0.0.1:9443

          # In a pipeline: what failed, and the fix
          admissionguard doctor -o json | jq -r '.checks[] | select(.status == "failed") | .message, .fix'

        Exit codes: 0 nothing failed (there may be warnings); 1 something failed; 2 bad input; 3 the cluster is away, or
        nothing of it may be read.
        """;

    public static Command Create(Terminal terminal)
    {
        var standard = new DoctorOptions();
        var kubeconfig = Text("--kubeconfig", "FILE", "The kubeconfig to reach the API server with (default: $KUBECONFIG, ~/.kube/config, the pod's service account)");
        var context = Text("--context", "NAME", "A context of the kubeconfig (default: its current one)");
        var place = Named("--namespace", "The guard's namespace", standard.Namespace);
        var webhooks = Named("--webhooks", "The name of the guard's two webhook configurations", standard.Webhooks);
        var endpoint = Text("--endpoint", "HOST:PORT", "Where the guard answers, as by kubectl port-forward, to look at the certificate that it serves (default: the Secret)");
        var user = Text("--as", "USER", "Who is to migrate; a service account as system:serviceaccount:NAMESPACE:NAME (default: everybody who has the rights)");
        var groups = new Option<string[]>("--as-group") { HelpName = "GROUP", Description = "A group of theirs, beside system:authenticated; may be given several times", DefaultValueFactory = _ => [] };
        var (config, set) = (ConfigurationOptions.Config("The guard's configuration, YAML (default: the ConfigMap that its Deployment mounts)"), ConfigurationOptions.Set());
        var output = new Option<string>("--output", "-o") { HelpName = "table|json|yaml", Description = "How it is written", DefaultValueFactory = _ => "table" };
        output.AcceptOnlyFromAmong("table", "json", "yaml");

        var command = new Command("doctor", Description) { kubeconfig, context, place, webhooks, endpoint, user, groups, config, set, output };
        command.Validate(result => AddError(result, place, endpoint, user, groups));
        command.SetAction((parse, cancellation) => DoctorRun.RunAsync(
            new DoctorOptions
            {
                Namespace = parse.GetRequiredValue(place),
                Webhooks = parse.GetRequiredValue(webhooks),
                Endpoint = parse.GetValue(endpoint),
                User = parse.GetValue(user),
                Groups = parse.GetValue(groups) ?? [],
                Kubeconfig = parse.GetValue(kubeconfig),
                Context = parse.GetValue(context),
                Config = parse.GetValue(config),
                Set = parse.GetValue(set) ?? [],
                Format = parse.GetValue(output) switch { "json" => OutputFormat.Json, "yaml" => OutputFormat.Yaml, _ => OutputFormat.Table },
            },
            terminal,
            cancellation));
        return command;
    }

    private static void AddError(CommandResult result, Option<string> place, Option<string?> endpoint, Option<string?> user, Option<string[]> groups)
    {
        if (result.GetValue(place) is { } given && !NamespaceName.IsValid(given))
        {
            result.AddError($"--namespace: '{given}' is no name of a namespace");
        }

        if (result.GetValue(endpoint) is { } address && TlsAddress.Parse(address) is null)
        {
            result.AddError($"--endpoint: '{address}' is not HOST:PORT, as in 127.0.0.1:9443");
        }

        if (result.GetValue(user) is "")
        {
            result.AddError("--as: '' is nobody's name");
        }

        if (result.GetValue(user) is null && result.GetResult(groups) is { Implicit: false })
        {
            result.AddError("--as-group goes together with --as");
        }
    }

    private static Option<string?> Text(string name, string help, string description) => new(name) { HelpName = help, Description = description };

    private static Option<string> Named(string name, string description, string standard) => new(name) { HelpName = "NAME", Description = description, DefaultValueFactory = _ => standard };
}
