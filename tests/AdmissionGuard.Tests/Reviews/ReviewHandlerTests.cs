using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Server.Admission.Reviews;
using Microsoft.AspNetCore.JsonPatch.SystemTextJson;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Tests.Reviews;

public sealed class ReviewHandlerTests
{
    private readonly GrantingCluster _cluster = new();

    [Fact]
    public async Task The_answer_echoes_version_kind_and_uid_and_has_a_patch_with_its_type()
    {
        var answer = await AskAsync(Update(Namespace("oil", "oil=u1"), Namespace("gas", "oil=u1")));

        Assert.Equal("admission.k8s.io/v1", (string?)answer["apiVersion"]);
        Assert.Equal("AdmissionReview", (string?)answer["kind"]);
        Assert.Equal(Uid, (string?)answer["response"]!["uid"]);
        Assert.True((bool?)answer["response"]!["allowed"]);
        Assert.Equal("JSONPatch", (string?)answer["response"]!["patchType"]);
        Assert.NotNull(answer["response"]!["patch"]);
    }

    [Fact]
    public async Task An_answer_without_a_patch_has_no_patch_type_either()
    {
        var answer = await AskAsync(Update(Namespace("oil", "oil=u1"), Namespace("gas", "gas=gas-uid")));

        Assert.Null(answer["response"]!["patch"]);
        Assert.Null(answer["response"]!["patchType"]);
    }

    [Theory]
    [InlineData("gas", "oil=u1")]
    [InlineData("gas", "cm:one=c1 oil=u1 cm:two=c2")]
    [InlineData("gas", "oil=u1 cm:one=c1 gas=typo")]
    [InlineData("gas", "")]
    [InlineData(null, "gas=typo cm:one=c1")]
    [InlineData(null, "")]
    public async Task The_patched_object_is_whole_keeps_all_else_and_is_left_alone_the_next_time(string? label, string references)
    {
        var old = Namespace("oil", "oil=u1");
        var received = Namespace(label, references.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        var patched = Apply(received, await AskAsync(Update(old, received)));

        var target = label is null && references.Length == 0 ? null : "gas";
        Assert.Equal(target, (string?)patched["metadata"]!["labels"]![LabelKey]);
        Assert.Equal(target is null ? [] : ["gas=gas-uid"], References(patched, "Tenant"));
        Assert.Equal(References(received, "ConfigMap"), References(patched, "ConfigMap"));
        foreach (var (key, value) in received["metadata"]!.AsObject().Where(pair => pair.Key is not ("labels" or "ownerReferences")))
        {
            Assert.True(JsonNode.DeepEquals(value, patched["metadata"]![key]), key);
        }

        Assert.Null((await AskAsync(Update(old, patched)))["response"]!["patch"]);
        var validated = await AskAsync(Update(old, patched), AdmissionPhase.Validating);
        Assert.True((bool?)validated["response"]!["allowed"]);
        Assert.Null(validated["response"]!["patch"]);
    }

    [Theory]
    // As the API server compares them: as numbers, of which none at all and 0 stand for whatever is stored.
    [InlineData("4710", true)]
    [InlineData("4712", true)]
    [InlineData("471", true)]
    [InlineData("4711", false)]
    [InlineData("04711", false)]
    [InlineData("0", false)]
    [InlineData("00", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public async Task Only_another_version_is_a_stale_view(string? version, bool isStale)
    {
        var received = Namespace("gas", "oil=u1");
        received["metadata"]!["resourceVersion"] = version;

        var response = (await AskAsync(Update(Namespace("oil", "oil=u1"), received)))["response"]!;

        Assert.True((bool?)response["allowed"]);
        Assert.Equal(isStale, response["patch"] is null);
    }

    [Fact]
    public async Task A_stale_view_is_left_to_the_API_server_by_the_mutator_and_judged_by_the_validator()
    {
        var stale = Namespace("oil", "oil=u1");
        stale["metadata"]!["resourceVersion"] = "4710";
        var update = Update(Namespace("gas", "gas=gas-uid"), stale);
        _cluster.Lookup = new TenantLookup.Absent();

        var mutated = (await AskAsync(update))["response"]!;
        var validated = (await AskAsync(update, AdmissionPhase.Validating))["response"]!;

        Assert.True((bool?)mutated["allowed"]);
        Assert.Null(mutated["patch"]);
        Assert.False((bool?)validated["allowed"]);
    }

    [Fact]
    public async Task A_refusal_is_a_status_and_a_retryable_one_says_when()
    {
        _cluster.Lookup = new TenantLookup.Unknown(new ApiFailure(ApiFailureKind.TimedOut));

        var response = (await AskAsync(Update(Namespace("oil", "oil=u1"), Namespace("gas", "oil=u1"))))["response"]!;

        Assert.False((bool?)response["allowed"]);
        Assert.Equal(503, (int?)response["status"]!["code"]);
        Assert.Equal(1, (int?)response["status"]!["details"]!["retryAfterSeconds"]);
        Assert.Null(response["patch"]);
    }

    [Fact]
    public async Task Audit_annotations_have_plain_keys()
    {
        var annotations = (await AskAsync(
            Update(Namespace("oil", "oil=u1"), Namespace("gas", "oil=u1"))))["response"]!["auditAnnotations"]!.AsObject();

        Assert.Equal(["source=oil", "target=gas", "transition=Migrate"], annotations.Select(a => $"{a.Key}={a.Value}").Order());
    }

    [Theory]
    [InlineData("DELETE")]
    [InlineData("UPDATE")]
    public async Task What_needs_no_lookup_gets_none(string operation)
    {
        var received = operation == "DELETE" ? null : Namespace("oil", "oil=u1");
        var answer = await AskAsync(Review(operation, Namespace("oil", "oil=u1"), received, ""), AdmissionPhase.Validating);

        Assert.True((bool?)answer["response"]!["allowed"]);
        Assert.Equal(0, _cluster.Calls);
    }

    [Fact]
    public async Task Escaped_text_is_the_same_text()
    {
        var escaped = Update(Namespace("oil", "oil=u1"), Namespace("oil", "oil=u1")).ToJsonString()
            .Replace("\"oil\"", "\"\\u006fil\"", StringComparison.Ordinal);
        var half = Update(Namespace("oil", "oil=u1"), Namespace("oil", "oil=u1")).ToJsonString();
        half = half[..half.LastIndexOf("\"oil\"", StringComparison.Ordinal)]
            + "\"o\\u0069l\""
            + half[(half.LastIndexOf("\"oil\"", StringComparison.Ordinal) + 5)..];

        Assert.True((bool?)(await AskAsync(System.Text.Encoding.UTF8.GetBytes(escaped)))["response"]!["allowed"]);
        Assert.True((bool?)(await AskAsync(System.Text.Encoding.UTF8.GetBytes(half)))["response"]!["allowed"]);
        Assert.Equal(0, _cluster.Calls);
    }

    [Fact]
    public async Task The_access_review_gets_user_groups_uid_and_extra()
    {
        await AskAsync(Update(Namespace("oil", "oil=u1"), Namespace("gas", "oil=u1")));

        var user = _cluster.User!;
        Assert.Equal(("alice", "u-1"), (user.Name, user.Uid));
        Assert.Equal(["system:authenticated"], user.Groups);
        Assert.Equal(["view", "edit"], Assert.Single(user.Extra, extra => extra.Key == "scopes").Value);
    }

    [Theory]
    [InlineData("controller", true, false)]
    [InlineData("controller", false, true)]
    [InlineData("blockOwnerDeletion", true, false)]
    [InlineData("blockOwnerDeletion", false, true)]
    public async Task A_reference_that_only_changes_who_controls_or_blocks_is_the_same(string field, bool before, bool after)
    {
        var (old, received) = (Namespace("oil", "oil=u1"), Namespace("oil", "oil=u1"));
        old["metadata"]!["ownerReferences"]![0]![field] = before;
        received["metadata"]!["ownerReferences"]![0]![field] = after;

        foreach (var phase in new[] { AdmissionPhase.Mutating, AdmissionPhase.Validating })
        {
            var response = (await AskAsync(Update(old, received), phase))["response"]!;
            Assert.True((bool?)response["allowed"]);
            Assert.Null(response["patch"]);
            Assert.Null(response["warnings"]);
        }

        Assert.Equal(0, _cluster.Calls);
    }

    [Fact]
    public async Task A_namespace_that_has_no_name_yet_is_completed_and_its_name_is_judged_when_it_has_one()
    {
        var unnamed = Namespace("gas");
        unnamed["metadata"]!.AsObject().Remove("name");
        unnamed["metadata"]!["generateName"] = "kube-";
        var review = Create(unnamed);
        review["request"]!["name"] = "";

        var patched = Apply(unnamed, await AskAsync(review));
        Assert.Equal(["gas=gas-uid"], References(patched, "Tenant"));

        patched["metadata"]!["name"] = "kube-x7k2p";
        var named = await AskAsync(Create(patched), AdmissionPhase.Validating);
        Assert.Contains("are protected", (string)named["response"]!["status"]!["message"]!, StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[], AdmissionPhase> Decisions() => new()
    {
        { "unrelated edit", Update(Namespace("oil", "oil=u1"), Namespace("oil", "oil=u1")).Bytes(), AdmissionPhase.Validating },
        { "label changed", Update(Namespace("oil", "oil=u1"), Namespace("gas", "oil=u1")).Bytes(), AdmissionPhase.Mutating },
        { "migration complete", Update(Namespace("oil", "oil=u1"), Namespace("gas", "gas=gas-uid")).Bytes(), AdmissionPhase.Validating },
        { "creation", Create(Namespace("gas")).Bytes(), AdmissionPhase.Mutating },
    };

    [Theory]
    [MemberData(nameof(Decisions))]
    public async Task A_decision_allocates_at_most_8_KiB(string what, byte[] bytes, AdmissionPhase phase)
    {
        var handler = Handler();
        var output = new ArrayBufferWriter<byte>(16 * 1024);

        long Measure()
        {
            output.ResetWrittenCount();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var decision = handler.HandleAsync(bytes, output, phase, TimeSpan.FromSeconds(5), CancellationToken.None);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(decision.IsCompletedSuccessfully);
            return allocated;
        }

        // The first rounds pay for pools and for the compiler's work; none of that is the decision's.
        var least = Enumerable.Range(0, 200).Select(_ => Measure()).Min();
        await Task.CompletedTask;

        Assert.True(least is > 0 and <= 8 * 1024, $"{what}: {least} bytes");
    }

    private ReviewHandler Handler()
    {
        var options = new GuardOptions();
        return new ReviewHandler(
            new Engine(new EngineDependencies(_cluster, _cluster, _cluster, TimeProvider.System), options), options, TimeProvider.System);
    }

    private Task<JsonNode> AskAsync(JsonObject review, AdmissionPhase phase = AdmissionPhase.Mutating) => AskAsync(review.Bytes(), phase);

    private async Task<JsonNode> AskAsync(byte[] review, AdmissionPhase phase = AdmissionPhase.Mutating)
    {
        var output = new ArrayBufferWriter<byte>();
        await Handler().HandleAsync(review, output, phase, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        return JsonNode.Parse(output.WrittenSpan)!;
    }

    private static JsonObject Apply(JsonObject received, JsonNode answer)
    {
        var patched = received.DeepClone().AsObject();
        if (answer["response"]!["patch"] is { } patch)
        {
            var document = JsonSerializer.Deserialize<JsonPatchDocument>(Convert.FromBase64String((string)patch!))!;
            document.ApplyTo(patched);
        }

        return patched;
    }

    private static string[] References(JsonObject of, string kind) =>
        [
            .. (of["metadata"]!["ownerReferences"]?.AsArray() ?? [])
                .Where(r => (string?)r!["kind"] == kind)
                .Select(r => $"{r!["name"]}={r["uid"]}"),
        ];
}
