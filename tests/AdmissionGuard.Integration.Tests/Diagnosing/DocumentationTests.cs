using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AdmissionGuard.Tools.Diagnosing;

namespace AdmissionGuard.Integration.Tests.Diagnosing;

/// <summary>What <c>deploy/docs/doctor.md</c> shows is what the program says.</summary>
public sealed partial class DocumentationTests
{
    private const string File = "deploy/docs/doctor.md";

    [Fact]
    public async Task The_session_is_what_comes()
    {
        await using var here = await StubInstallation.StartAsync();
        here.InstallCapsule("v0.14.0", """{"administrators":[{"kind":"User","name":"mover"}]}""");
        here.Bind("User", "mover", "Group", "dev");
        here.Add(StubInstallation.Namespaces, StubInstallation.Namespace("admissionguard-system", "{}"));
        here.Add(StubInstallation.Namespaces, StubInstallation.Namespace("capsule-system", "{}"));
        here.Change(
            StubInstallation.Validating,
            configuration => configuration["webhooks"]![0]!["rules"]![0]!["resources"] = new JsonArray("namespaces", "namespaces/status"),
            "00-admissionguard");
        here.Add(
            StubInstallation.Namespaces,
            StubInstallation.Namespace(
                "shipping",
                """{"capsule.clastix.io/tenant":"oil"}""",
                StubInstallation.Reference("oil", "2952b351-7a0e-4c3f-8b21-6d5e4f3a2b1c")));
        here.Cluster.Answers[StubInstallation.Tenants] = here.Cluster.Answers[StubInstallation.Tenants].Replace(
            "oil-uid", "0a11e5e1-8d5c-4a1b-9e6f-1c2d3e4f5a6b", StringComparison.Ordinal);
        here.Cluster.Answers[StubInstallation.Namespaces] = here.Cluster.Answers[StubInstallation.Namespaces].Replace(
            "oil-uid", "0a11e5e1-8d5c-4a1b-9e6f-1c2d3e4f5a6b", StringComparison.Ordinal);

        var answer = await new Command(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "admissionguard.dll"), "doctor", "--kubeconfig", await here.Cluster.KubeconfigAsync()])
            .RunAsync(TestContext.Current.CancellationToken);

        Generated.BlockIs(
            File,
            "doctor-session",
            Day().Replace($"```console\n$ admissionguard doctor\n{answer.Output}$ echo $?\n{answer.ExitCode}\n```", "2027-11-24"));
    }

    [Fact]
    public void Every_check_is_named() =>
        Generated.BlockIs(
            File,
            "doctor-checks",
            $"| Check | `[ok]` says |\n|---|---|\n{string.Join('\n', Doctor.Checks.Select(check => $"| `{check.Name}` | {check.Summary} |"))}");

    [GeneratedRegex(@"\d{4}-\d\d-\d\d")]
    private static partial Regex Day();
}
