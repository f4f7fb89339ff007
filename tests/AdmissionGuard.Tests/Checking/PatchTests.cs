using System.Text.Json;
using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Simulation;
using Microsoft.AspNetCore.JsonPatch.SystemTextJson;

namespace AdmissionGuard.Tests.Checking;

public sealed class PatchTests
{
    private const string Object =
        """{"metadata": {"labels": {"a/b": "1", "c~d": "2"}, "ownerReferences": [{"name": "x"}, {"name": "y"}]}}""";

    [Theory]
    [InlineData("""[{"op": "add", "path": "/metadata/labels/a~1b", "value": "3"}]""")]
    [InlineData("""[{"op": "add", "path": "/metadata/labels/c~0d", "value": "3"}]""")]
    [InlineData("""[{"op": "add", "path": "/metadata/annotations", "value": {"e": "4"}}]""")]
    [InlineData("""[{"op": "add", "path": "/metadata/ownerReferences/0", "value": {"name": "z"}}]""")]
    [InlineData("""[{"op": "add", "path": "/metadata/ownerReferences/2", "value": {"name": "z"}}]""")]
    [InlineData("""[{"op": "add", "path": "/metadata/ownerReferences/-", "value": {"name": "z"}}]""")]
    [InlineData("""[{"op": "add", "path": "/metadata/ownerReferences/1/uid", "value": "u"}]""")]
    [InlineData("""[{"op": "replace", "path": "/metadata/ownerReferences/1", "value": {"name": "z"}}]""")]
    [InlineData("""[{"op": "replace", "path": "/metadata/ownerReferences", "value": [{"name": "y"}]}]""")]
    [InlineData("""[{"op": "remove", "path": "/metadata/ownerReferences/1"}, {"op": "remove", "path": "/metadata/ownerReferences/0"}]""")]
    [InlineData("""[{"op": "remove", "path": "/metadata/labels/a~1b"}]""")]
    public void A_patch_does_what_an_independent_one_does(string patch)
    {
        var expected = JsonNode.Parse(Object)!;
        JsonSerializer.Deserialize<JsonPatchDocument<JsonNode>>(patch)!.ApplyTo(expected);

        var patched = JsonPatch.Apply(JsonNode.Parse(patch)!.AsArray(), JsonNode.Parse(Object)!.AsObject());

        Assert.Equal(expected.ToJsonString(), patched.ToJsonString());
    }

    [Theory]
    [InlineData("""[{"op": "replace", "path": "/metadata/ownerReferences/2", "value": {}}]""")]
    [InlineData("""[{"op": "remove", "path": "/metadata/labels/gone"}]""")]
    [InlineData("""[{"op": "add", "path": "/metadata/annotations/e", "value": "4"}]""")]
    [InlineData("""[{"op": "test", "path": "/metadata/labels/a~1b", "value": "1"}]""")]
    public void A_patch_that_does_not_fit_is_an_error(string patch) =>
        Assert.Throws<InvalidOperationException>(
            () => JsonPatch.Apply(JsonNode.Parse(patch)!.AsArray(), JsonNode.Parse(Object)!.AsObject()));

    /// <summary>The examples of RFC 7396, appendix A, whose results are objects.</summary>
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", "{}")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void A_merge_patch_is_as_in_its_RFC(string to, string patch, string expected) =>
        Assert.Equal(expected, MergePatch.Apply(JsonNode.Parse(patch)!.AsObject(), JsonNode.Parse(to)!.AsObject()).ToJsonString());

    [Fact]
    public void An_update_keeps_what_a_manifest_leaves_out()
    {
        var stored = JsonNode.Parse(
            """{"metadata": {"name": "a", "uid": "u", "labels": {"kubernetes.io/metadata.name": "a", "x": "1"}, "annotations": {"y": "2"}, "ownerReferences": []}, "spec": {"finalizers": ["kubernetes"]}, "status": {}}""")!.AsObject();

        var kept = ServerManagedFields.Keep(stored, JsonNode.Parse("""{"metadata": {"name": "a"}}""")!.AsObject());

        Assert.Equal(
            """{"metadata":{"name":"a","uid":"u","labels":{"kubernetes.io/metadata.name":"a"}},"spec":{"finalizers":["kubernetes"]},"status":{}}""",
            kept.ToJsonString());
    }
}
