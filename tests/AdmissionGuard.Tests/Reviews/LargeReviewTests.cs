using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Server.Admission.Reviews;
using AdmissionGuard.Server.Limits;
using Microsoft.AspNetCore.JsonPatch.SystemTextJson;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Tests.Reviews;

/// <summary>Whatever an API server stores can be changed, moved and deleted: no review of it is refused for its size.</summary>
public sealed class LargeReviewTests
{
    private readonly GrantingCluster _cluster = new();

    public static TheoryData<string> Contents() => [.. LargeReviews.Kinds];

    [Theory]
    [MemberData(nameof(Contents))]
    public async Task What_leaves_tenancy_alone_passes_with_no_lookup(string content)
    {
        var old = LargeReviews.Namespace(content);
        var edited = old.DeepClone().AsObject();
        edited["spec"]!["finalizers"] = new JsonArray();
        foreach (var (operation, subResource) in new[] { ("UPDATE", ""), ("UPDATE", "status"), ("UPDATE", "finalize"), ("DELETE", "") })
        {
            foreach (var phase in Enum.GetValues<AdmissionPhase>())
            {
                var response = await AskAsync(
                    LargeReviews.Of(content, operation, old, operation == "DELETE" ? null : edited, subResource), phase);

                Assert.True((bool?)response["allowed"], response.ToJsonString());
                Assert.Null(response["patch"]);
            }
        }

        Assert.Equal(0, _cluster.Calls);
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public async Task A_namespace_that_can_be_created_can_be_moved_released_and_adopted_again(string content)
    {
        var created = LargeReviews.Namespace(content);
        created["metadata"]!["ownerReferences"]!.AsArray().RemoveAt(0);
        var stored = await CompleteAsync(content, null, created);

        foreach (var label in new[] { "gas", null, "oil" })
        {
            var changed = stored.DeepClone().AsObject();
            changed["metadata"]!["labels"]!.AsObject().Remove(LabelKey);
            if (label is not null)
            {
                changed["metadata"]!["labels"]![LabelKey] = label;
            }

            stored = await CompleteAsync(content, stored, changed);

            var references = stored["metadata"]!["ownerReferences"]!.AsArray();
            Assert.Equal(
                label is null ? [] : [$"{label}-uid"],
                references.Where(each => (string?)each!["kind"] == "Tenant").Select(each => (string?)each!["uid"]));
            Assert.Equal(Others(created), Others(stored));
        }
    }

    [Fact]
    public async Task The_largest_review_that_an_API_server_can_send_is_within_the_limit_and_decided()
    {
        var (old, received) = (LargeReviews.NamespaceOf("oil"), LargeReviews.NamespaceOf("gas"));
        var managed = $"\"managedFields\":[{{\"fieldsV1\":{{\"f:{new string('x', ReviewLimits.MaxObjectBytes)}\":{{}}}}}}],";
        var groups = string.Concat(Enumerable.Repeat($"\"{string.Concat(Enumerable.Repeat("\\u003c", 1021))}\",", 1023));
        var review = Update(Namespace("OLD"), Namespace("NEW")).ToJsonString()
            .Replace(Namespace("OLD").ToJsonString(), old, StringComparison.Ordinal)
            .Replace(
                Namespace("NEW").ToJsonString(),
                received.Replace("\"metadata\":{", "\"metadata\":{" + managed, StringComparison.Ordinal),
                StringComparison.Ordinal)
            .Replace("\"groups\":[", "\"groups\":[" + groups, StringComparison.Ordinal);
        var bytes = Encoding.UTF8.GetBytes(review);

        var response = await AskAsync(bytes, AdmissionPhase.Mutating);

        Assert.InRange(bytes.Length, ReviewLimits.MaxBodyBytes - (64 * 1024), ReviewLimits.MaxBodyBytes);
        Assert.True((bool?)response["allowed"], response.ToJsonString());
        Assert.NotNull(response["patch"]);
    }

    [Theory]
    [InlineData("25,000 annotations")]
    [InlineData("200,000 labels")]
    [InlineData("50,000 finalizers")]
    [InlineData("50,000 managed fields")]
    [InlineData("18,000 ownerReferences")]
    [InlineData("a megabyte of characters that Go escapes")]
    public async Task What_leaves_tenancy_alone_allocates_the_same_however_large_it_is(string content)
    {
        var handler = Handler();
        var ns = LargeReviews.Namespace(content);
        var bytes = Update(ns, ns).Bytes();
        var output = new ArrayBufferWriter<byte>(16 * 1024);

        long Measure()
        {
            output.ResetWrittenCount();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var decision = handler.HandleAsync(bytes, output, AdmissionPhase.Validating, TimeSpan.FromSeconds(5), CancellationToken.None);
            Assert.True(decision.IsCompletedSuccessfully);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        var least = Enumerable.Range(0, 20).Select(_ => Measure()).Min();
        await Task.CompletedTask;

        Assert.InRange(least, 1, 8 * 1024);
    }

    [Fact]
    public void A_review_of_many_references_is_decided_in_linear_time() => Growth.IsLinear(count =>
    {
        var (old, received) = (Namespace("oil"), Namespace("gas"));
        old["metadata"]!["ownerReferences"] = new JsonArray(
            [.. Enumerable.Range(0, count).Select(each => LargeReviews.Tenant("oil", $"u{each}"))]);
        received["metadata"]!["ownerReferences"] = new JsonArray(
            [.. Enumerable.Range(1, count).Select(each => LargeReviews.Tenant("oil", $"u{count - each}"))]);
        var (handler, bytes) = (Handler(), Update(old, received).Bytes());
        return () =>
        {
            var decision = handler.HandleAsync(
                bytes, new ArrayBufferWriter<byte>(), AdmissionPhase.Mutating, TimeSpan.FromMinutes(1), CancellationToken.None);
            Assert.True(decision is { IsCompletedSuccessfully: true, Result.Answer.Completion.IsEmpty: false });
        };
    });

    [Fact]
    public void A_review_of_many_names_is_read_in_linear_time() => Growth.IsLinear(count =>
    {
        var ns = Namespace("oil", "oil=oil-uid");
        foreach (var each in Enumerable.Range(0, count))
        {
            ns["metadata"]!["labels"]![$"k{each}"] = "";
        }

        var (reader, bytes) = (new ReviewReader(new Core.Tenancies.TenantKind()), Update(ns, ns).Bytes());
        return () => Assert.True(reader.Read(bytes).LeavesSoundTenancyAlone);
    });

    [Fact]
    public async Task What_is_kept_of_many_references_is_kept_byte_for_byte()
    {
        const string Kept =
            """{ "apiVersion":"v1", "kind":"Config\u004dap","name":"\u003c\u2028 é","uid":"c1" ,"controller":null,"added":{"later":[1e400,"]}"]}}""";
        var tenants = string.Join(',', Enumerable.Range(0, 10).Select(each => LargeReviews.Tenant("oil", $"u{each}").ToJsonString()));
        var review = Update(Namespace("oil", "oil=u0"), Namespace("gas", "oil=u0")).ToJsonString();
        var list = review.LastIndexOf(
            "\"ownerReferences\":[",
            review.IndexOf("\"oldObject\"", StringComparison.Ordinal),
            StringComparison.Ordinal) + "\"ownerReferences\":[".Length;
        var bytes = Encoding.UTF8.GetBytes($"{review[..list]}\n{Kept}\t,{tenants},{Kept},{review[list..]}");

        var response = await AskAsync(bytes, AdmissionPhase.Mutating);

        var patch = Encoding.UTF8.GetString(Convert.FromBase64String((string)response["patch"]!));
        var kept = LargeReviews.Tenant("oil", "u0").ToJsonString();
        Assert.Contains(
            $$"""{"op":"replace","path":"/metadata/ownerReferences","value":[{{Kept}},{{kept}},{{Kept}}]},{"op":"replace","path":"/metadata/ownerReferences/1",""",
            patch,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, 10, "remove,remove,remove,remove,remove,remove,remove,remove,replace")]
    [InlineData(9, 10, "replace,replace")]
    [InlineData(9, 900_000, "remove,remove,remove,remove,remove,remove,remove,remove,remove,replace")]
    public async Task Few_references_are_removed_one_by_one_and_many_by_what_is_kept_unless_that_is_large(
        int removed, int kept, string operations)
    {
        var received = Namespace("gas", "cm:one=c1", "oil=u0");
        received["metadata"]!["ownerReferences"]![0]!["name"] = new string('<', kept);
        foreach (var each in Enumerable.Range(1, removed))
        {
            received["metadata"]!["ownerReferences"]!.AsArray().Insert(2, LargeReviews.Tenant("oil", $"u{each}"));
        }

        var options = new GuardOptions();
        var review = new ReviewReader(options.Tenant).Read(Create(received).Bytes());
        var completion = new Core.Completions.Completer(options.Tenant).Bind(review.ToRequest().Received, null, "gas", "gas-uid");
        var patch = new ArrayBufferWriter<byte>();
        PatchWriter.Write(patch, completion, review);

        Assert.Equal(
            operations, string.Join(',', JsonNode.Parse(patch.WrittenSpan)!.AsArray().Select(operation => (string)operation!["op"]!)));
        JsonSerializer.Deserialize<JsonPatchDocument>(patch.WrittenSpan)!.ApplyTo(received);
        Assert.Equal(["ConfigMap", "Tenant"], received["metadata"]!["ownerReferences"]!.AsArray().Select(each => (string)each!["kind"]!));
        Assert.Equal("gas-uid", (string?)received["metadata"]!["ownerReferences"]![1]!["uid"]);
    }

    private static ReviewHandler Handler(GrantingCluster cluster)
    {
        var options = new GuardOptions();
        return new ReviewHandler(
            new Engine(new EngineDependencies(cluster, cluster, cluster, TimeProvider.System), options), options, TimeProvider.System);
    }

    private ReviewHandler Handler() => Handler(_cluster);

    private static string[] Others(JsonObject ns) =>
        [
            .. ns["metadata"]!["ownerReferences"]!
                .AsArray()
                .Where(each => (string?)each!["kind"] != "Tenant")
                .Select(each => each!.ToJsonString()),
        ];

    /// <summary>What would be stored after both webhooks.</summary>
    private async Task<JsonObject> CompleteAsync(string content, JsonObject? old, JsonObject received)
    {
        var operation = old is null ? "CREATE" : "UPDATE";
        var mutated = await AskAsync(LargeReviews.Of(content, operation, old, received), AdmissionPhase.Mutating);
        Assert.True((bool?)mutated["allowed"], mutated.ToJsonString());
        var completed = received.DeepClone().AsObject();
        JsonSerializer.Deserialize<JsonPatchDocument>(Convert.FromBase64String((string)mutated["patch"]!))!.ApplyTo(completed);

        var validated = await AskAsync(LargeReviews.Of(content, operation, old, completed), AdmissionPhase.Validating);
        Assert.True((bool?)validated["allowed"], validated.ToJsonString());
        return completed;
    }

    private Task<JsonNode> AskAsync(JsonObject review, AdmissionPhase phase) => AskAsync(review.Bytes(), phase);

    private async Task<JsonNode> AskAsync(byte[] review, AdmissionPhase phase)
    {
        var output = new ArrayBufferWriter<byte>();
        await Handler().HandleAsync(review, output, phase, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        return JsonNode.Parse(output.WrittenSpan)!["response"]!;
    }
}
