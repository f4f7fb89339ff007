using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AdmissionGuard.Integration.Tests.Checking;

/// <summary>What <c>deploy/docs/check.md</c> shows is what the built program says, and the cases that pages point to are there.</summary>
public sealed partial class CheckPageTests
{
    private static readonly string Page = File.ReadAllText(Repository.File("deploy", "docs", "check.md"));

    /// <summary>Typed at the top of the repository.</summary>
    private static readonly string[] Session =
    [
        "check --old tests/check-session/stored.yaml --new tests/check-session/wanted.yaml --as mover --tenants tests/cases/cluster --grants tests/cases/cluster",
        "check --old tests/check-session/stored.yaml --new tests/check-session/wanted.yaml --as alice --tenants tests/cases/cluster --grants tests/cases/cluster --set rules.reasonGiven=enforce",
        "check tests/cases/04-release",
        "check tests/check-session --set mode=loud",
    ];

    [Fact]
    public async Task The_session_is_what_the_program_says()
    {
        var text = new StringBuilder("```console\n");
        foreach (var line in Session)
        {
            text.Append(CultureInfo.InvariantCulture, $"$ admissionguard {line}\n{await RunAsync(line)}\n");
        }

        Generated.BlockIs("deploy/docs/check.md", "check-session", $"{text.ToString().TrimEnd('\n')}\n```");
    }

    [Fact]
    public void The_case_that_is_shown_is_one()
    {
        var shown = Page[(Page.IndexOf("```yaml\napiVersion: admissionguard.io/v1alpha1\n", StringComparison.Ordinal)
            + "```yaml\n".Length)..];

        Assert.Contains(
            shown[..shown.IndexOf("```", StringComparison.Ordinal)],
            File.ReadAllText(Repository.File("tests", "cases", "01-migrate", "by-label.yaml")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_case_that_is_pointed_to_is_there()
    {
        var cases = Directory.EnumerateFiles(Repository.File("tests", "cases"), "*.yaml", SearchOption.AllDirectories)
            .SelectMany(File.ReadLines)
            .Where(line => line.StartsWith("name: ", StringComparison.Ordinal))
            .Select(line => line["name: ".Length..])
            .ToHashSet(StringComparer.Ordinal);
        var page = File.ReadAllText(Repository.File("deploy", "docs", "gitops-and-backups.md"));
        var pointers = CasePointer().Matches(page).Select(match => match.Groups["name"].Value).ToList();

        Assert.True(pointers.Count > 20, "each claim points to a case");
        Assert.All(pointers, name => Assert.Contains(name, cases));
        Assert.All(
            cases.Where(
                name => name.StartsWith("argo-cd/", StringComparison.Ordinal)
                    || name.StartsWith("flux/", StringComparison.Ordinal)
                    || name.StartsWith("helm/", StringComparison.Ordinal)
                    || name.StartsWith("velero/", StringComparison.Ordinal)),
            name => Assert.Contains(name, pointers));
    }

    private static async Task<string> RunAsync(string line)
    {
        var shell = $"cd {CheckRun.Quote(Repository.Root)} && {CheckRun.Shell} {line} 2>&1";
        var result = await new Command("bash", ["-c", shell]).RunAsync(TestContext.Current.CancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{result.Output}$ echo $?\n{result.ExitCode}\n");
    }

    [GeneratedRegex(
        "`(?<name>(argo-cd|flux|helm|velero|restores|repair|create|release|migrate|owners|capsule)/[a-z-]+)`",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex CasePointer();
}
