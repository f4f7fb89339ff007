using System.CommandLine;
using System.CommandLine.Parsing;
using AdmissionGuard.Commands.Completion;
using AdmissionGuard.Tools.Checking;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Output;
using AdmissionGuard.Tools.Planning;

namespace AdmissionGuard.Commands;

/// <summary><c>admissionguard plan</c>.</summary>
internal static class PlanCommand
{
    private const string Description = """
        Preview a change of a namespace's tenant label. Nothing is changed: only GETs, LISTs and access reviews are sent.

        The decision is that of the guard in the cluster, with its configuration, so a denial has the same message as in
        kubectl. The plan also reports the commands that grant missing permissions, the next maintenance window, quotas and
        classes of the new tenant with which the namespace is not compatible, and the checks of Capsule and of the API server.

        Examples:
          # Preview a move of billing to tenant gas
          admissionguard plan billing --to gas

          # The same for user alice in group dev; requires permission to create subjectaccessreviews
          admissionguard plan billing --to gas --as alice --as-group dev

          # Preview a release from its tenant, in a pipeline
          admissionguard plan billing --release --as ci -o json

          # With a configuration that is not in the cluster yet
          admissionguard plan billing --to gas --config config.yaml

          # With a reason, against another context of the kubeconfig
          admissionguard plan billing --to gas --field-manager='reason: CHG-1234' --context production

        Exit codes: 0 allowed; 1 denied by the API server, the guard or Capsule; 2 invalid input, such as a namespace that does not
        exist; 3 the cluster is unreachable, does not serve tenants, or can't be read; 70 unexpected error.
        """;

    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string>("NAMESPACE") { Description = "The namespace" };
        var target = new Option<string?>("--to") { HelpName = "TENANT", Description = "The new tenant" };
        var release = new Option<bool>("--release") { Description = "Remove the namespace from its tenant" };
        var user = Text(
            "--as",
            "USER",
            "The user who would send the request; a service account as system:serviceaccount:NAMESPACE:NAME (default: yourself)");
        var groups = new Option<string[]>(
            "--as-group")
            {
                HelpName = "GROUP",
                Description = "A group of the user, in addition to system:authenticated; repeatable",
                DefaultValueFactory = _ => [],
            };
        var fieldManager = Text("--field-manager", "TEXT", "The request's field manager, as in 'reason: CHG-1234'");
        var (config, set) = (ConfigurationOptions.Config(
            "The guard's configuration file, YAML (default: the ConfigMap that its Deployment mounts)"), ConfigurationOptions.Set());
        var guardNamespace = Text(
            "--guard-namespace",
            "NAME",
            "The namespace of the guard, whose configuration is read (default: that of the Service of its webhook, else "
                + "admissionguard-system)");
        var connection = new ConnectionFlags();
        var output = new Option<string>(
            "--output", "-o") { HelpName = "table|json|yaml", Description = "Output format", DefaultValueFactory = _ => "table" };
        output.AcceptOnlyFromAmong("table", "json", "yaml");

        name.WithNamespaces(connection);
        target.WithTenants(connection);
        guardNamespace.WithNamespaces(connection);
        var command = new Command("plan", Description)
        {
            name,
            target,
            release,
            user,
            groups,
            fieldManager,
            config,
            set,
            guardNamespace,
            connection.Kubeconfig,
            connection.Context,
            connection.RequestTimeout,
            output,
        };
        command.Validate(result => AddError(result, name, guardNamespace, target, release, user, groups));
        command.SetAction((parse, cancellation) => Planner.RunAsync(
            new PlanOptions(parse.GetRequiredValue(name), parse.GetValue(target))
            {
                User = parse.GetValue(user),
                Groups = parse.GetValue(groups) ?? [],
                FieldManager = parse.GetValue(fieldManager) ?? "",
                Config = parse.GetValue(config),
                Set = parse.GetValue(set) ?? [],
                GuardNamespace = parse.GetValue(guardNamespace),
                Kubeconfig = parse.GetValue(connection.Kubeconfig),
                Context = parse.GetValue(connection.Context),
                RequestTimeout = parse.GetRequiredValue(connection.RequestTimeout).Time,
                Format = parse.GetValue(output) switch { "json" =>
                    OutputFormat.Json, "yaml" => OutputFormat.Yaml, _ => OutputFormat.Table },
            },
            terminal,
            cancellation));
        return command;
    }

    private static void AddError(
        CommandResult result,
        Argument<string> name,
        Option<string?> guardNamespace,
        Option<string?> target,
        Option<bool> release,
        Option<string?> user,
        Option<string[]> groups)
    {
        if (result.GetValue(name) is { } given && !NamespaceName.IsValid(given))
        {
            result.AddError($"'{given}' is not a valid namespace name");
        }

        if (result.GetValue(guardNamespace) is { } place && !NamespaceName.IsValid(place))
        {
            result.AddError($"--guard-namespace: '{place}' is not a valid namespace name");
        }

        if ((result.GetValue(target) is not null) == result.GetValue(release))
        {
            result.AddError("give either --to TENANT or --release");
        }

        if (result.GetValue(target) is { } tenant && !NamespaceName.IsLabelValue(tenant))
        {
            result.AddError($"--to: '{tenant}' is not a valid label value, so it can't be the name of a tenant");
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
}
