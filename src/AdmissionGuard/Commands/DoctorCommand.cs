using System.CommandLine;
using System.CommandLine.Parsing;
using AdmissionGuard.Commands.Completion;
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
        Check the guard's installation in a cluster, and report problems and how to fix them. Nothing is changed: GETs, LISTs,
        access reviews, and two dry runs that try whether the API server calls the guard (see --no-probe). Every line that is
        not [ok] is followed by its fix: a command, or what to edit.

        The ClusterRoles admissionguard-doctor and admissionguard-doctor-probe and the Roles admissionguard-doctor and
        admissionguard-doctor-tls grant the permissions for it. A check that may not read what it needs is [unknown].

        Examples:
          # The cluster of the current context
          admissionguard doctor

          # Whether alice, in group dev, may migrate, and whether Capsule would block her
          admissionguard doctor --as alice --as-group dev

          # Without permission to read the Secret: check the certificate that is served
          kubectl -n admissionguard-system port-forward service/admissionguard 9443:443 &
          admissionguard doctor --endpoint 127.0.0.1:9443

          # In a pipeline: failed checks and their fixes
          admissionguard doctor -o json | jq -r '.checks[] | select(.status == "failed") | .message, .fix'

        Exit codes: 0 no check failed (there may be warnings); 1 a check failed; 2 invalid input; 3 the cluster is unreachable, or
        none of it can be read; 70 unexpected error.
        """;

    public static Command Create(Terminal terminal)
    {
        var standard = new DoctorOptions();
        var connection = new ConnectionFlags();
        var place = Named("--namespace", "The guard's namespace", standard.Namespace);
        var webhooks = Named("--webhooks", "The name of the guard's two webhook configurations", standard.Webhooks);
        var endpoint = Text(
            "--endpoint",
            "HOST:PORT",
            "An address of the guard, for example of kubectl port-forward, to check the certificate that it serves (default: the "
                + "certificate in the Secret)");
        var noProbe = new Option<bool>("--no-probe")
        {
            Description = "Don't try whether the API server calls the guard. The dry runs need the permission to patch the guard's "
                + "namespace",
        };
        var user = Text(
            "--as",
            "USER",
            "The user whose permission to migrate is checked; a service account as system:serviceaccount:NAMESPACE:NAME (default: everyone "
                + "who has the permissions)");
        var groups = new Option<string[]>(
            "--as-group")
            {
                HelpName = "GROUP",
                Description = "A group of the user, in addition to system:authenticated; repeatable",
                DefaultValueFactory = _ => [],
            };
        var (config, set) = (ConfigurationOptions.Config(
            "The guard's configuration file, YAML (default: the ConfigMap that its Deployment mounts)"), ConfigurationOptions.Set());
        var output = new Option<string>(
            "--output", "-o") { HelpName = "table|json|yaml", Description = "Output format", DefaultValueFactory = _ => "table" };
        output.AcceptOnlyFromAmong("table", "json", "yaml");

        place.WithNamespaces(connection);
        var command = new Command("doctor", Description)
        {
            connection.Kubeconfig,
            connection.Context,
            connection.RequestTimeout,
            place,
            webhooks,
            endpoint,
            noProbe,
            user,
            groups,
            config,
            set,
            output,
        };
        command.Validate(result => AddError(result, place, endpoint, user, groups));
        command.SetAction((parse, cancellation) => Doctor.RunAsync(
            new DoctorOptions
            {
                Namespace = parse.GetRequiredValue(place),
                Webhooks = parse.GetRequiredValue(webhooks),
                Endpoint = parse.GetValue(endpoint),
                IsProbed = !parse.GetValue(noProbe),
                User = parse.GetValue(user),
                Groups = parse.GetValue(groups) ?? [],
                Kubeconfig = parse.GetValue(connection.Kubeconfig),
                Context = parse.GetValue(connection.Context),
                RequestTimeout = parse.GetRequiredValue(connection.RequestTimeout).Time,
                Config = parse.GetValue(config),
                Set = parse.GetValue(set) ?? [],
                Format = parse.GetValue(output) switch { "json" =>
                    OutputFormat.Json, "yaml" => OutputFormat.Yaml, _ => OutputFormat.Table },
            },
            terminal,
            cancellation));
        return command;
    }

    private static void AddError(
        CommandResult result, Option<string> place, Option<string?> endpoint, Option<string?> user, Option<string[]> groups)
    {
        if (result.GetValue(place) is { } given && !NamespaceName.IsValid(given))
        {
            result.AddError($"--namespace: '{given}' is not a valid namespace name");
        }

        if (result.GetValue(endpoint) is { } address && TlsAddress.Parse(address) is null)
        {
            result.AddError($"--endpoint: '{address}' is not HOST:PORT, as in 127.0.0.1:9443");
        }

        if (result.GetValue(user) is "")
        {
            result.AddError("--as: '' is not a user name");
        }

        if (result.GetValue(user) is null && result.GetResult(groups) is { Implicit: false })
        {
            result.AddError("--as-group requires --as");
        }
    }

    private static Option<string?> Text(string name, string help, string description) =>
        new(name) { HelpName = help, Description = description };

    private static Option<string> Named(string name, string description, string standard) =>
        new(name) { HelpName = "NAME", Description = description, DefaultValueFactory = _ => standard };
}
