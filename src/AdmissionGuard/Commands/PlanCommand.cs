using System.CommandLine;
using System.CommandLine.Parsing;
using AdmissionGuard.Tools.Checking;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Output;
using AdmissionGuard.Tools.Planning;

namespace AdmissionGuard.Commands;

/// <summary><c>admissionguard plan</c>.</summary>
internal static class PlanCommand
{
    private const string Description = """
        Ask a cluster what would come of a namespace's tenant label, and change nothing: only GETs, LISTs and access reviews are sent.

        It decides as the guard does, so that a refusal is in the words that kubectl gets, and tells what else matters:
        the commands that grant missing rights, the next maintenance window, quotas and classes of the new tenant that
        the namespace does not fit, and what Capsule and the API server have to say.

        Examples:
          # What if I moved billing to tenant gas?
          admissionguard plan billing --to gas

          # What if alice did, who is in the group dev? That takes the right to create subjectaccessreviews.
          admissionguard plan billing --to gas --as alice --as-group dev

          # Out of every tenant; in a pipeline; with the guard's own configuration
          kubectl -n admissionguard-system get configmap admissionguard-config -o jsonpath='{.data.config\.yaml}' >config.yaml
          admissionguard plan billing --release --as ci --config config.yaml -o json

          # With a reason, against another context of the kubeconfig
          admissionguard plan billing --to gas --field-manager='reason: CHG-1234' --context production

        Exit codes: 0 allowed; 1 refused, by the API server, the guard or Capsule; 2 bad input, such as a namespace that does not
        exist; 3 the cluster is away, has no tenants at all, or tells nothing.
        """;

    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string>("NAMESPACE") { Description = "The namespace" };
        var target = new Option<string?>("--to") { HelpName = "TENANT", Description = "The tenant it would go to" };
        var release = new Option<bool>("--release") { Description = "It would leave its tenant, for none" };
        var user = Text("--as", "USER", "Whom it is asked about; a service account as system:serviceaccount:NAMESPACE:NAME (default: who you are)");
        var groups = new Option<string[]>("--as-group") { HelpName = "GROUP", Description = "A group of theirs, beside system:authenticated; may be given several times", DefaultValueFactory = _ => [] };
        var fieldManager = Text("--field-manager", "TEXT", "The request's field manager, as in 'reason: CHG-1234'");
        var (config, set) = (ConfigurationOptions.Config("The guard's configuration, YAML (default: none, every setting has its default)"), ConfigurationOptions.Set());
        var kubeconfig = Text("--kubeconfig", "FILE", "The kubeconfig to reach the API server with (default: $KUBECONFIG, ~/.kube/config, the pod's service account)");
        var context = Text("--context", "NAME", "A context of the kubeconfig (default: its current one)");
        var output = new Option<string>("--output", "-o") { HelpName = "table|json|yaml", Description = "How the plan is written", DefaultValueFactory = _ => "table" };
        output.AcceptOnlyFromAmong("table", "json", "yaml");

        var command = new Command("plan", Description) { name, target, release, user, groups, fieldManager, config, set, kubeconfig, context, output };
        command.Validate(result => AddError(result, name, target, release, user, groups));
        command.SetAction((parse, cancellation) => PlanRun.RunAsync(
            new PlanOptions(parse.GetRequiredValue(name), parse.GetValue(target))
            {
                User = parse.GetValue(user),
                Groups = parse.GetValue(groups) ?? [],
                FieldManager = parse.GetValue(fieldManager) ?? "",
                Config = parse.GetValue(config),
                Set = parse.GetValue(set) ?? [],
                Kubeconfig = parse.GetValue(kubeconfig),
                Context = parse.GetValue(context),
                Format = parse.GetValue(output) switch { "json" => OutputFormat.Json, "yaml" => OutputFormat.Yaml, _ => OutputFormat.Table },
            },
            terminal,
            cancellation));
        return command;
    }

    private static void AddError(CommandResult result, Argument<string> name, Option<string?> target, Option<bool> release, Option<string?> user, Option<string[]> groups)
    {
        if (result.GetValue(name) is { } given && !NamespaceName.IsValid(given))
        {
            result.AddError($"'{given}' is no name of a namespace");
        }

        if ((result.GetValue(target) is not null) == result.GetValue(release))
        {
            result.AddError("say where to: either --to TENANT, or --release");
        }

        if (result.GetValue(target) is { } tenant && !NamespaceName.IsLabelValue(tenant))
        {
            result.AddError($"--to: '{tenant}' can't be the value of a label, so it is no tenant's name");
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
}
