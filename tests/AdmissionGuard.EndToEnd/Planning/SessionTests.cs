using System.Text;
using System.Text.RegularExpressions;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Planning;

/// <summary>The README's session, typed again: what it shows is what comes.</summary>
[Collection(nameof(BareCluster))]
public sealed partial class SessionTests(BareCluster cluster)
{
    private const string Kubectl = "kubectl ";

    [Fact]
    public async Task The_READMEs_session_is_what_the_program_says()
    {
        var plane = cluster.Plane;
        await using var guard = await Guard.StartAsync(plane, TestContext.Current.CancellationToken);
        var planner = await Planners.CreateAsync(plane);
        var uid = await plane.CreateTenantAsync("oil");
        await plane.CreateTenantAsync("gas");
        await plane.Admin.ApplyAsync(Scene.Manifest("billing", $"{GuardedCluster.LabelKey}=oil", Scene.Reference("oil", uid)));
        await plane.Admin.OkAsync("patch", "tenant", "gas", "--type=merge", "-p", """{"spec":{"nodeSelector":{"pool":"gas"}}}""");
        var session = new StringBuilder("```console\n");

        await PlanAsync("billing", "--to", "gas", "--as", "alice");
        await TypeAsync(plane.KubectlAs("alice"), "kubectl label ns billing capsule.clastix.io/tenant=gas --overwrite", "as alice");
        await PlanAsync("billing", "--to", "gas", "--as", "mover");
        await TypeAsync(plane.KubectlAs("mover"), "kubectl label ns billing capsule.clastix.io/tenant=gas --overwrite", "as mover");

        Generated.BlockIs("README.md", "plan-session", Uid().Replace(Time().Replace(session.Append("```").ToString(), "2026-11-24T22:00:00Z"), "00000000-0000-4000-8000-000000000000"));

        async Task PlanAsync(params string[] arguments)
        {
            var answer = await new Command("dotnet", [Path.Combine(AppContext.BaseDirectory, "admissionguard.dll"), "plan", .. arguments, "--kubeconfig", planner.Kubeconfig])
                .RunAsync(TestContext.Current.CancellationToken);
            session.Append("$ admissionguard plan ").AppendJoin(' ', arguments).Append('\n').Append(answer.Error).Append(answer.Output)
                .Append("$ echo $?\n").Append(answer.ExitCode).Append("\n\n");
        }

        async Task TypeAsync(Kubectl kubectl, string line, string who)
        {
            var answer = await kubectl.RunAsync(line[Kubectl.Length..].Split(' '));
            session.Append("$ ").Append(line).Append("   # ").Append(who).Append('\n').Append(answer.Error).Append(answer.Output).Append('\n');
        }
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<=uid )[0-9a-f]{8}(?=-…)")]
    private static partial Regex Uid();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")]
    private static partial Regex Time();
}
