using System.Text.Json.Nodes;

namespace AdmissionGuard.EndToEnd;

/// <summary>Every way to write a namespace migrates it, each with and without <c>--dry-run=server</c>.</summary>
public sealed class WaysToWriteTests(GuardedCluster cluster)
{
    public static TheoryData<string, bool> Ways()
    {
        var ways = new TheoryData<string, bool>();
        foreach (var way in new[]
        {
            "label", "merge: label", "merge: reference", "merge: both", "strategic: label", "strategic: both",
            "json: label", "json: both", "apply server-side: label", "apply server-side: both", "put: label", "put: both",
        })
        {
            ways.Add(way, false);
            ways.Add(way, true);
        }

        return ways;
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_namespace_moves_whichever_way_it_is_written(string way, bool dryRun)
    {
        var scene = await cluster.SceneAsync();

        var answer = await WriteAsync(scene, way, dryRun);

        Assert.True(answer.ExitCode == 0, answer.Error);
        Assert.Contains($"may move from tenant {scene.Oil} to {scene.Gas}", answer.Error, StringComparison.Ordinal);
        Assert.Equal(dryRun ? scene.InOil : scene.InGas, await scene.TenancyAsync());
        if (way != "label")
        {
            // kubectl 1.32's `label` prints the object that it sent; all others print the API server's answer.
            Assert.Equal(scene.InGas, Scene.TenancyOf(JsonNode.Parse(answer.Output)!["metadata"]!.AsObject()));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Without_the_verbs_it_moves_in_none_of_them(string way, bool dryRun)
    {
        var scene = await cluster.SceneAsync();

        var answer = await WriteAsync(scene, way, dryRun, asAlice: true);

        Assert.NotEqual(0, answer.ExitCode);
        Assert.Contains("alice may not move namespace", answer.Error, StringComparison.Ordinal);
        Assert.Equal(scene.InOil, await scene.TenancyAsync());
    }

    [Fact]
    public async Task A_strategic_merge_of_a_reference_without_a_UID_is_refused_by_the_API_server_itself()
    {
        var scene = await cluster.SceneAsync();

        var answer = await scene.Mover.RunAsync(
            "patch", "ns", scene.Namespace, "--type=strategic", "-p",
            $$$"""{"metadata":{"ownerReferences":[{"apiVersion":"capsule.clastix.io/v1beta2","kind":"Tenant","name":"{{{scene.Gas}}}"}]}}""");

        Assert.NotEqual(0, answer.ExitCode);
        Assert.DoesNotContain("admissionguard.io", answer.Error, StringComparison.Ordinal);
        Assert.Contains("merge key: uid", answer.Error, StringComparison.Ordinal);
    }

    private static Task<CommandResult> WriteAsync(Scene scene, string way, bool dryRun, bool asAlice = false)
    {
        var kubectl = asAlice ? scene.Alice : scene.Mover;
        string[] options = dryRun ? ["-o", "json", "--dry-run=server"] : ["-o", "json"];
        var reference = $$"""{"apiVersion":"capsule.clastix.io/v1beta2","kind":"Tenant","name":"{{scene.Gas}}","uid":"{{scene.GasUid}}"}""";
        var label = $$"""{"{{GuardedCluster.LabelKey}}":"{{scene.Gas}}"}""";
        Task<CommandResult> Patch(string type, string patch) =>
            kubectl.RunAsync(["patch", "ns", scene.Namespace, $"--type={type}", "-p", patch, .. options]);

        return way switch
        {
            "label" => kubectl.RunAsync(["label", "ns", scene.Namespace, scene.GasLabel, "--overwrite", .. options]),
            "merge: label" => Patch("merge", $$$"""{"metadata":{"labels":{{{label}}}}}"""),
            "merge: reference" => Patch("merge", $$$"""{"metadata":{"ownerReferences":[{{{reference}}}]}}"""),
            "merge: both" => Patch("merge", $$$"""{"metadata":{"labels":{{{label}}},"ownerReferences":[{{{reference}}}]}}"""),
            "strategic: label" => Patch("strategic", $$$"""{"metadata":{"labels":{{{label}}}}}"""),
            "strategic: both" => Patch("strategic", $$$"""{"metadata":{"labels":{{{label}}},"ownerReferences":[{{{reference}}}]}}"""),
            "json: label" =>
                Patch("json", $$"""[{"op":"replace","path":"/metadata/labels/capsule.clastix.io~1tenant","value":"{{scene.Gas}}"}]"""),
            "json: both" =>
                Patch(
                    "json",
                    $$"""[{"op":"replace","path":"/metadata/labels/capsule.clastix.io~1tenant","value":"{{scene.Gas}}"},{"op":"replace","path":"/metadata/ownerReferences/0","value":{{reference}}}]"""),
            "apply server-side: label" => ApplyAsync([]),
            "apply server-side: both" => ApplyAsync([Scene.Reference(scene.Gas, scene.GasUid)]),
            "put: label" => ReplaceAsync(Scene.Reference(scene.Oil, scene.OilUid)),
            _ => ReplaceAsync(Scene.Reference(scene.Gas, scene.GasUid)),
        };

        Task<CommandResult> ApplyAsync(string[] references) => kubectl.WithInputAsync(
            Scene.Manifest(scene.Namespace, scene.GasLabel, references),
            ["apply", "--server-side", "--force-conflicts", "-f", "-", .. options]);

        async Task<CommandResult> ReplaceAsync(string reference) => await kubectl.WithInputAsync(
            Scene.Manifest(scene.Namespace, scene.GasLabel, reference), ["replace", "-f", "-", .. options]);
    }
}
