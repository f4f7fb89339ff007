using System.CommandLine;
using System.CommandLine.Parsing;
using AdmissionGuard.Tools.Checking;
using AdmissionGuard.Tools.Checking.Cases;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Commands;

/// <summary><c>admissionguard check</c>.</summary>
internal static class CheckCommand
{
    private const string Description = """
        Decide offline, as the server would: no cluster is asked, and nothing is changed.

        Files hold AdmissionReviews (admission.k8s.io/v1), or Cases (admissionguard.io/v1alpha1), which say what they
        expect: see tests/cases for some of each. A tenant that is in no file does not exist; one without a UID has
        the one that the stored namespace refers to, else one that is made up, and told to be. --old and --new are whole
        objects: what is stored, and what the request would leave.

        Examples:
          # A label changed by alice, with the tenants and grants of a Git repository
          admissionguard check --old old.yaml --new new.yaml --as alice --as-group dev --tenants tenants/ --grants rbac/

          # The same against what the cluster has now, and in next week's window
          kubectl get tenants,capsuleconfigurations -o yaml >tenants.yaml
          kubectl get clusterroles,clusterrolebindings -o yaml >grants.yaml
          kubectl get ns billing -o yaml | admissionguard check --old - --new new.yaml --as alice --tenants tenants.yaml --grants grants.yaml --at 2026-12-04T22:30:00+01:00

          # A recorded AdmissionReview, as JSON
          admissionguard check review.json --tenants tenants.yaml --grants grants.yaml -o json

          # A folder of cases, as a test
          admissionguard check tests/cases

          # A configuration file alone: is it valid?
          admissionguard check --config config.yaml

        Exit codes: 0 allowed, every case as expected, or a valid configuration; 1 refused, or a case differs; 2 bad input, of which every
        error is told with file, line, document and path; 70 it broke.
        """;

    public static Command Create(Terminal terminal)
    {
        var inputs = new Argument<string[]>("FILE|FOLDER")
        {
            Description = "AdmissionReviews and Cases, YAML or JSON; of a folder, every *.yaml, *.yml and *.json below it; - for standard input",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var old = File("--old", "The namespace as stored; left out, it is created");
        var now = File("--new", "The namespace as the request would leave it; left out, it is deleted");
        var user = new Option<string?>("--as") { HelpName = "USER", Description = "Who asks; a service account as system:serviceaccount:NAMESPACE:NAME" };
        var groups = Many("--as-group", "GROUP", "A group of theirs, beside system:authenticated; may be given several times");
        var fieldManager = new Option<string?>("--field-manager") { HelpName = "TEXT", Description = "The request's field manager, as in 'reason: CHG-1234'" };
        var subResource = new Option<string?>("--subresource") { HelpName = "NAME", Description = "The sub-resource addressed: status or finalize" };
        subResource.AcceptOnlyFromAmong(AdmissionReviewFactory.SubResources);
        var tenants = Many("--tenants", "FILE|FOLDER", "Tenants, and the CapsuleConfiguration, as kubectl prints them or as manifests; may be given several times");
        var grants = Many("--grants", "FILE|FOLDER", "ClusterRoles and ClusterRoleBindings; may be given several times");
        var at = Time();
        var output = new Option<string>("--output", "-o") { HelpName = "table|json|yaml", Description = "How results are written", DefaultValueFactory = _ => "table" };
        output.AcceptOnlyFromAmong("table", "json", "yaml");
        var (config, set) = (ConfigurationOptions.Config("The configuration, YAML (default: none, every setting has its default)"), ConfigurationOptions.Set());

        var command = new Command("check", Description) { inputs, old, now, user, groups, fieldManager, subResource, tenants, grants, config, set, at, output };
        command.Validate(result => AddError(result, inputs, [old, now], user, [groups, fieldManager, subResource], [config, set]));
        command.SetAction((parse, cancellation) => new Checker(
            new CheckOptions(parse.GetValue(inputs) ?? [])
            {
                Old = parse.GetValue(old),
                New = parse.GetValue(now),
                User = parse.GetValue(user) ?? "",
                Groups = parse.GetValue(groups) ?? [],
                FieldManager = parse.GetValue(fieldManager) ?? "",
                SubResource = parse.GetValue(subResource) ?? "",
                Tenants = parse.GetValue(tenants) ?? [],
                Grants = parse.GetValue(grants) ?? [],
                Config = parse.GetValue(config),
                Set = parse.GetValue(set) ?? [],
                At = parse.GetValue(at) ?? TimeProvider.System.GetUtcNow(),
                Format = parse.GetValue(output) switch { "json" => OutputFormat.Json, "yaml" => OutputFormat.Yaml, _ => OutputFormat.Table },
            },
            terminal).RunAsync(cancellation));
        return command;
    }

    private static void AddError(
        CommandResult result,
        Argument<string[]> inputs,
        IReadOnlyList<Option> objects,
        Option user,
        IReadOnlyList<Option> ofRequest,
        IReadOnlyList<Option> configuration)
    {
        var (hasInputs, hasObjects) = (result.GetResult(inputs)?.Tokens is [_, ..], objects.Any(IsGiven));
        if (hasInputs && hasObjects)
        {
            result.AddError("files of reviews and cases don't go together with --old and --new");
        }

        // A configuration alone is checked by itself.
        if (!hasInputs && !hasObjects && !configuration.Any(IsGiven))
        {
            result.AddError("say what to check: FILE or FOLDER, or --old and --new, or --config FILE alone");
        }

        if (hasObjects && !IsGiven(user))
        {
            result.AddError("--old and --new take --as USER");
        }

        foreach (var option in ofRequest.Prepend(user).Where(option => !hasObjects && IsGiven(option)))
        {
            result.AddError($"{option.Name} goes together with --old and --new: a file says it itself");
        }

        bool IsGiven(Option option) => result.GetResult(option) is { Implicit: false };
    }

    private static Option<string?> File(string name, string description) => new(name) { HelpName = "FILE", Description = description };

    private static Option<string[]> Many(string name, string help, string description) => new(name)
    {
        HelpName = help,
        Description = description,
        DefaultValueFactory = _ => [],
    };

    private static Option<DateTimeOffset?> Time() => new("--at")
    {
        HelpName = "TIME",
        Description = "The time of the request, for maintenance windows: RFC 3339 with Z or the offset, as in 2026-11-27T22:00:00+01:00 (default: now)",
        CustomParser = result =>
        {
            var text = result.Tokens is [var token] ? token.Value : "";
            if (AdmissionReviewFactory.TryReadTime(text, out var time))
            {
                return time;
            }

            result.AddError($"--at: '{text}' {AdmissionReviewFactory.WantedTime}");
            return null;
        },
    };
}
