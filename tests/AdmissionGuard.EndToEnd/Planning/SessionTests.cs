using System.Text;
using System.Text.RegularExpressions;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Planning;

/// <summary>The session of <c>deploy/docs/plan.md</c>, typed again: what it shows is what comes.</summary>
[Collection(nameof(LookedAtCluster))]
public sealed partial class SessionTests(BareCluster cluster)
{
    private const string Kubectl = "kubectl ";

    // The same each time.
    private const string OilUid = "0a11e5e1-8d5c-4a1b-9e6f-1c2d3e4f5a6b";
    private const string GasUid = "2952b351-7a0e-4c3f-8b21-6d5e4f3a2b1c";

    private const string NamespaceUid = "7d1f5a30-52c1-4f6e-8f1c-0c9a1b2d3e4f";

    [Fact]
    public async Task The_session_that_is_shown_is_what_the_program_says()
    {
        var plane = cluster.Plane;
        await using var guard = await Guard.StartAsync(plane, TestContext.Current.CancellationToken);
        var planner = await Planners.CreateAsync(plane);
        var uid = await plane.CreateTenantAsync("oil");
        var gasUid = await plane.CreateTenantAsync("gas");
        // With the label that newer API servers set by themselves, and without kubectl's annotation.
        (await plane.Admin.WithInputAsync(
            $$"""
            apiVersion: v1
            kind: Namespace
            metadata:
              name: billing
              labels: {capsule.clastix.io/tenant: oil, kubernetes.io/metadata.name: billing}
              ownerReferences: [{{Scene.Reference("oil", uid)}}]
            """,
            "create", "-f", "-")).Ok();
        await plane.Admin.OkAsync("patch", "tenant", "gas", "--type=merge", "-p", """{"spec":{"nodeSelector":{"pool":"gas"}}}""");
        var session = new StringBuilder("```console\n");

        await PlanAsync("billing", "--to", "gas", "--as", "alice");
        await TypeAsync(plane.KubectlAs("alice"), "kubectl label ns billing capsule.clastix.io/tenant=gas --overwrite", "as alice");
        await PlanAsync("billing", "--to", "gas", "--as", "mover");
        await TypeAsync(plane.KubectlAs("mover"), "kubectl label ns billing capsule.clastix.io/tenant=gas --overwrite", "as mover");

        session.Replace(uid, OilUid).Replace(gasUid, GasUid).Replace(gasUid[..8], GasUid[..8]);
        Generated.BlockIs(
            "deploy/docs/plan.md",
            "plan-session",
            Version().Replace(
                Time().Replace(Uid().Replace($"\n{session.ToString().TrimEnd()}\n```\n\n", NamespaceUid), "2026-11-24T22:00:00Z"), "4711"));

        async Task PlanAsync(params string[] arguments)
        {
            var answer = await new Command(
                "dotnet",
                [Path.Combine(AppContext.BaseDirectory, "admissionguard.dll"), "plan", .. arguments, "--kubeconfig", planner.Kubeconfig])
                .RunAsync(TestContext.Current.CancellationToken);
            session.Append("$ admissionguard plan ").AppendJoin(' ', arguments).Append('\n').Append(
                StillWaiting().Replace(answer.Error, "")).Append(answer.Output)
                .Append("$ echo $?\n").Append(answer.ExitCode).Append("\n\n");
        }

        async Task TypeAsync(Kubectl kubectl, string line, string who)
        {
            var answer = await kubectl.RunAsync(line[Kubectl.Length..].Split(' '));
            session.Append("$ ")
                .Append(line)
                .Append("   # ")
                .Append(who)
                .Append('\n')
                .Append(answer.Error)
                .Append(answer.Output)
                .Append('\n');
        }
    }

    /// <summary>What a busy machine adds.</summary>
    [GeneratedRegex(@"^plan: still .*\n", RegexOptions.Multiline)]
    private static partial Regex StillWaiting();

    // The namespace's own.
    [GeneratedRegex($"(?!{OilUid}|{GasUid})[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}", RegexOptions.ExplicitCapture)]
    private static partial Regex Uid();

    [GeneratedRegex("(?<=resourceVersion: \")\\d+")]
    private static partial Regex Version();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")]
    private static partial Regex Time();
}
