using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>
/// Whatever the API server stores, the guard lets be edited, moved and deleted: its reviews are many times larger than what is stored.
/// </summary>
/// <remarks>
/// On a control plane of its own: the garbage collector asks for thousands of owners, twenty a second, and does nothing else meanwhile.
/// </remarks>
public sealed class LargeNamespaceTests(BareCluster cluster) : IClassFixture<BareCluster>
{
    private const string Namespaces = "api/v1/namespaces";

    // Go escapes these in JSON, as six bytes each; and so does this.
    private static readonly string Megabyte = new('<', 1024 * 1024);

    /// <summary>What a namespace holds, by what its metadata then has.</summary>
    private static readonly Dictionary<string, Action<JsonObject>> Contents = new(StringComparer.Ordinal)
    {
        ["25,000 annotations"] = static metadata => metadata["annotations"] = Map(25_000, ""),
        ["30,000 labels"] = static metadata => Add(metadata["labels"]!.AsObject(), 30_000, "value"),
        ["a megabyte to escape"] = static metadata => AddReferences(metadata, 1, _ => Megabyte),
        ["2,000 finalizers"] = static metadata => metadata["finalizers"] = new JsonArray(
            [.. Enumerable.Range(0, 2_000).Select(each => (JsonNode)$"example.com/{each}")]),
        ["10,000 owners"] = static metadata => AddReferences(metadata, 10_000, each => $"owner-{each}"),
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_large_namespace_that_can_be_created_can_be_edited_moved_and_deleted()
    {
        var scene = await cluster.SceneAsync();
        using var admin = new ApiClient(cluster.Plane.Admin);
        using var mover = new ApiClient(scene.Mover);
        var made = Contents.Keys.Select((content, index) => (Name: $"{scene.Namespace}-before-{index}", Content: content)).ToList();
        await Task.WhenAll(made.Select(each => CreateAsync(admin, scene, each.Name, each.Content, isComplete: true)));

        await using var guard = await Guard.StartAsync(cluster.Plane, Cancellation);
        var adopted = Contents.Keys.Select((content, index) => (Name: $"{scene.Namespace}-after-{index}", Content: content)).ToList();
        await Task.WhenAll(adopted.Select(each => CreateAsync(mover, scene, each.Name, each.Content, isComplete: false)));
        made.AddRange(adopted);

        // Not all at once: an API server that writes dozens of megabytes at a time answers the guard late.
        await Parallel.ForEachAsync(
            made,
            new ParallelOptions { MaxDegreeOfParallelism = 3, CancellationToken = Cancellation },
            async (each, _) => await EditMoveAndDeleteAsync(mover, scene, each.Name));
    }

    [Fact]
    public async Task Many_duplicate_Tenant_references_are_removed_by_who_moves_the_namespace()
    {
        var scene = await cluster.SceneAsync();
        using var admin = new ApiClient(cluster.Plane.Admin);
        using var mover = new ApiClient(scene.Mover);
        var metadata = (await scene.GetAsync()).DeepClone().AsObject();
        var references = metadata["ownerReferences"]!.AsArray();
        foreach (var each in Enumerable.Range(0, 18_000))
        {
            references.Add(Reference("capsule.clastix.io/v1beta2", "Tenant", scene.Oil, $"old-{each}"));
        }

        references.Insert(9_000, Reference("example.com/v1", "Thing", "kept", "k"));
        (await admin.SendAsync(
            HttpMethod.Patch,
            $"{Namespaces}/{scene.Namespace}",
            Patch("ownerReferences", references.DeepClone()),
            ApiClient.MergePatch)).Ok();
        await using var guard = await Guard.StartAsync(cluster.Plane, Cancellation);

        var moved = (await mover.SendAsync(
            HttpMethod.Patch, $"{Namespaces}/{scene.Namespace}", Labels(scene.Gas), ApiClient.MergePatch)).Ok();

        Assert.Equal(scene.InGas, Scene.TenancyOf(moved["metadata"]!.AsObject()));
        Assert.Equal([scene.Gas, "kept"], moved["metadata"]!["ownerReferences"]!.AsArray().Select(each => (string)each!["name"]!));
    }

    [Fact]
    public async Task A_user_of_thousands_of_groups_edits_and_moves()
    {
        var scene = await cluster.SceneAsync();
        using var admin = new ApiClient(cluster.Plane.Admin);
        await using var guard = await Guard.StartAsync(cluster.Plane, Cancellation);
        string[] groups = ["system:authenticated", .. Enumerable.Range(0, 5_000).Select(each => $"<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<{each}")];

        foreach (var patch in new[] { Patch("annotations", new JsonObject { ["edited"] = "yes" }), Labels(scene.Gas) })
        {
            var answer = await admin.SendAsync(
                HttpMethod.Patch, $"{Namespaces}/{scene.Namespace}", patch, ApiClient.MergePatch, "mover", groups);
            Assert.True(answer.IsOk, answer.Message);
        }

        Assert.Equal(scene.InGas, await scene.TenancyAsync());
    }

    private static async Task CreateAsync(ApiClient client, Scene scene, string name, string content, bool isComplete)
    {
        var metadata = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { [GuardedCluster.LabelKey] = scene.Oil } };
        metadata["ownerReferences"] = isComplete
            ? new JsonArray(Reference("capsule.clastix.io/v1beta2", "Tenant", scene.Oil, scene.OilUid))
            : [];
        Contents[content](metadata);
        var answer = await client.SendAsync(
            HttpMethod.Post, Namespaces, new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = metadata });
        Assert.True(answer.IsOk, $"{content}: {answer.Message}");
        Assert.Equal(scene.InOil, Scene.TenancyOf(answer.Object["metadata"]!.AsObject()));
    }

    private static async Task EditMoveAndDeleteAsync(ApiClient client, Scene scene, string name)
    {
        var path = $"{Namespaces}/{name}";
        (await client.SendAsync(
            HttpMethod.Patch, path, Patch("annotations", new JsonObject { ["edited"] = "yes" }), ApiClient.MergePatch)).Ok();
        var moved = (await client.SendAsync(HttpMethod.Patch, path, Labels(scene.Gas), ApiClient.MergePatch)).Ok();
        Assert.Equal(scene.InGas, Scene.TenancyOf(moved["metadata"]!.AsObject()));
        (await client.SendAsync(HttpMethod.Put, path, moved)).Ok();

        (await client.SendAsync(HttpMethod.Delete, path)).Ok();
        (await client.SendAsync(HttpMethod.Patch, path, Patch("finalizers", null), ApiClient.MergePatch)).Ok();
        await Poll.UntilAsync(
            $"the end of {name}",
            TimeSpan.FromMinutes(2),
            async () => (await client.SendAsync(HttpMethod.Get, path)).Code == 404,
            Cancellation);
    }

    private static JsonObject Labels(string tenant) => Patch("labels", new JsonObject { [GuardedCluster.LabelKey] = tenant });

    private static JsonObject Patch(string field, JsonNode? value) => new() { ["metadata"] = new JsonObject { [field] = value } };

    private static JsonObject Reference(string version, string kind, string name, string uid) =>
        new() { ["apiVersion"] = version, ["kind"] = kind, ["name"] = name, ["uid"] = uid };

    // Of a kind that nobody knows: the garbage collector leaves such owners alone.
    private static void AddReferences(JsonObject metadata, int count, Func<int, string> name)
    {
        foreach (var each in Enumerable.Range(0, count))
        {
            metadata["ownerReferences"]!.AsArray().Add(Reference("example.com/v1", "Thing", name(each), $"u{each}"));
        }
    }

    private static JsonObject Map(int count, string value)
    {
        var map = new JsonObject();
        Add(map, count, value);
        return map;
    }

    private static void Add(JsonObject map, int count, string value)
    {
        foreach (var each in Enumerable.Range(0, count))
        {
            map[$"k{each}"] = value;
        }
    }
}
