using System.CommandLine;
using System.CommandLine.Parsing;
using AdmissionGuard.Commands.Completion;
using AdmissionGuard.Tools.Checking;
using AdmissionGuard.Tools.Checking.Cases;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Commands;

/// <summary><c>admissionguard check</c>.</summary>
internal static class CheckCommand
{
    private const string Description = """
        Evaluate requests offline, with the same result as the server. No cluster is contacted, and nothing is changed.

        Files contain AdmissionReviews (admission.k8s.io/v1), or Cases (admissionguard.io/v1alpha1), which state the
        expected result: see tests/cases for examples. A tenant that is in no file does not exist. A tenant without a UID
        gets the UID that the stored namespace refers to, or a synthetic one, which is reported. --old and --new are whole
        objects: the stored namespace, and the namespace after the request.

        Examples:
          # A label changed by alice, with the tenants and grants of a Git repository
          admissionguard check --old old.yaml --new new.yaml --as alice --as-group dev --tenants tenants/ --grants rbac/

          # The same against the current state of the cluster, at a time in next week's maintenance window
          kubectl get tenants,capsuleconfigurations -o yaml >tenants.yaml
          kubectl get clusterroles,clusterrolebindings -o yaml >grants.yaml
          kubectl get ns billing -o yaml | admissionguard check --old - --new new.yaml --as alice --tenants tenants.yaml --grants grants.yaml --at 2026-12-04T22:30:00+01:00

          # A recorded AdmissionReview, as JSON
          admissionguard check review.json --tenants tenants.yaml --grants grants.yaml -o json

          # A folder of cases, as a test
          admissionguard check tests/cases

          # A configuration file alone: is it valid?
          admissionguard check --config config.yaml

        Exit codes: 0 allowed, every case as expected, or a valid configuration; 1 denied, or a case failed; 2 invalid input (every error is
        reported with file, line, document and path); 70 unexpected error.
        """;

    public static Command Create(Terminal terminal)
    {
        var inputs = new Argument<string[]>("FILE|FOLDER")
        {
            Description = "AdmissionReviews and Cases, YAML or JSON; for a folder, every *.yaml, *.yml and *.json file below it; - for "
                + "standard input",
            Arity = ArgumentArity.ZeroOrMore,
        }.WithFiles();
        var old = File("--old", "The stored namespace; omit it for a creation");
        var now = File("--new", "The namespace after the request; omit it for a deletion");
        var user = new Option<string?>(
            "--as")
            {
                HelpName = "USER",
                Description = "The user who sends the request; a service account as system:serviceaccount:NAMESPACE:NAME",
            };
        var groups = Many("--as-group", "GROUP", "A group of the user, in addition to system:authenticated; repeatable");
        var fieldManager = new Option<string?>(
            "--field-manager") { HelpName = "TEXT", Description = "The request's field manager, as in 'reason: CHG-1234'" };
        var subResource = new Option<string?>(
            "--subresource") { HelpName = "NAME", Description = "The subresource of the request: status or finalize" };
        subResource.AcceptOnlyFromAmong(AdmissionReviewFactory.SubResources);
        var tenants = Many(
            "--tenants", "FILE|FOLDER", "Tenants and the CapsuleConfiguration, as kubectl prints them or as manifests; repeatable");
        var grants = Many("--grants", "FILE|FOLDER", "ClusterRoles and ClusterRoleBindings; repeatable");
        var at = Time();
        var output = new Option<string>(
            "--output", "-o") { HelpName = "table|json|yaml", Description = "Output format", DefaultValueFactory = _ => "table" };
        output.AcceptOnlyFromAmong("table", "json", "yaml");
        var (config, set) = (ConfigurationOptions.Config(
            "The configuration file, YAML (default: none, every setting has its default)"), ConfigurationOptions.Set());

        var command = new Command(
            "check", Description) { inputs, old, now, user, groups, fieldManager, subResource, tenants, grants, config, set, at, output };
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
                Format = parse.GetValue(output) switch { "json" =>
                    OutputFormat.Json, "yaml" => OutputFormat.Yaml, _ => OutputFormat.Table },
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
            result.AddError("FILE and FOLDER can't be combined with --old and --new");
        }

        // A configuration alone is checked by itself.
        if (!hasInputs && !hasObjects && !configuration.Any(IsGiven))
        {
            result.AddError("nothing to check: give FILE or FOLDER, or --old and --new, or --config FILE alone");
        }

        if (hasObjects && !IsGiven(user))
        {
            result.AddError("--old and --new require --as USER");
        }

        foreach (var option in ofRequest.Prepend(user).Where(option => !hasObjects && IsGiven(option)))
        {
            result.AddError($"{option.Name} requires --old and --new: a file contains it");
        }

        bool IsGiven(Option option) => result.GetResult(option) is { Implicit: false };
    }

    private static Option<string?> File(string name, string description) =>
        new Option<string?>(name) { HelpName = "FILE", Description = description }.WithFiles();

    private static Option<string[]> Many(string name, string help, string description)
    {
        var option = new Option<string[]>(name) { HelpName = help, Description = description, DefaultValueFactory = _ => [] };
        return help.StartsWith("FILE", StringComparison.Ordinal) ? option.WithFiles() : option;
    }

    private static Option<DateTimeOffset?> Time() => new("--at")
    {
        HelpName = "TIME",
        Description = "The time of the request, for maintenance windows: RFC 3339 with Z or an offset, as in 2026-11-27T22:00:00+01:00 "
            + "(default: now)",
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
