using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Manifests;
using AdmissionGuard.Tools.Output;
using CsCheck;

namespace AdmissionGuard.Tests.Checking;

public sealed class YamlTests : IDisposable
{
    private readonly CheckRun _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("a: text", """{"a":"text"}""")]
    [InlineData("a: yes", """{"a":true}""")]
    [InlineData("a: Off", """{"a":false}""")]
    [InlineData("a: 'yes'", """{"a":"yes"}""")]
    [InlineData("a: !!str 12", """{"a":"12"}""")]
    [InlineData("a: 12", """{"a":12}""")]
    [InlineData("a: -1_000", """{"a":-1000}""")]
    [InlineData("a: 1.5", """{"a":1.5}""")]
    [InlineData("a: 0x1F", """{"a":31}""")]
    [InlineData("a: 1.2.3", """{"a":"1.2.3"}""")]
    [InlineData("a: 2026-11-24T10:00:00Z", """{"a":"2026-11-24T10:00:00Z"}""")]
    [InlineData("a: ~\nb:\nc: null", """{"a":null,"b":null,"c":null}""")]
    [InlineData("a: [1, {b: c}]", """{"a":[1,{"b":"c"}]}""")]
    [InlineData("a: |\n  two\n  lines\n", """{"a":"two\nlines\n"}""")]
    public void Values_are_read_as_kubectl_reads_them(string yaml, string json) => Assert.Equal(json, Read(yaml).ToJsonString());

    [Theory]
    [InlineData("yes")]
    [InlineData("12")]
    [InlineData("0x1F")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("- a")]
    [InlineData("a: b")]
    [InlineData(" a ")]
    [InlineData("# a")]
    [InlineData("two\nlines\n")]
    [InlineData("two\n\n lines")]
    [InlineData("\ttab")]
    [InlineData("\"quotes\"")]
    [InlineData("grün …")]
    public void Text_is_written_so_that_it_is_read_as_the_same_text(string text) => Survives(text);

    [Fact]
    public void Any_text_survives() => Gen.String[Gen.Char[' ', '~'], 0, 20].Sample(Survives, iter: 500);

    [Fact]
    public void No_text_gets_past_the_errors_that_are_told() => Gen.String[Gen.OneOf(
        Gen.Const('\n'), Gen.Const(' '), Gen.Char["[]{}:,-?!&*#|>'\"%@`ab1\t\\"]), 0, 30].Sample(
        text =>
        {
            var errors = new InputErrors();
            new DocumentReader(() => new StringReader(text), errors).Read(DocumentReader.StandardInput);
        },
        iter: 20_000);

    [Fact]
    public void Objects_are_written_as_kubectl_prints_them() => Assert.Equal(
        """
        metadata:
          labels: {}
          ownerReferences:
          - kind: Tenant
            name: oil
          finalizers: []
        status:
          size: 2
          ready: true
          gone: null

        """,
        YamlWriter.Of(
            JsonNode.Parse(
                """{"metadata": {"labels": {}, "ownerReferences": [{"kind": "Tenant", "name": "oil"}], "finalizers": []}, "status": {"size": 2, "ready": true, "gone": null}}""")));

    [Fact]
    public void Lists_are_read_item_by_item_and_errors_say_which()
    {
        var documents = new DocumentReader(() => TextReader.Null, new InputErrors()).Read(
            _files.Write("a.yaml", "kind: List\napiVersion: v1\nitems:\n- metadata: {name: a}\n- metadata:\n    name: b\n"));

        Assert.Equal(["a", "b"], documents.Select(document => document.Name));
        Assert.EndsWith(
            "a.yaml:6: document 1: items[1].metadata.name: is wrong",
            documents[1].Error("$.metadata.name", "is wrong").ToString(),
            StringComparison.Ordinal);
    }

    private static void Survives(string text) =>
        Assert.Equal(text, (string?)ReadText(YamlWriter.Of(new JsonObject { ["a"] = text, ["b"] = new JsonArray(text) }))["a"]);

    private static JsonObject ReadText(string yaml) =>
        Assert.Single(new DocumentReader(() => new StringReader(yaml), new InputErrors()).Read(DocumentReader.StandardInput)).Root;

    private JsonObject Read(string yaml) =>
        Assert.Single(new DocumentReader(() => TextReader.Null, new InputErrors()).Read(_files.Write("a.yaml", yaml))).Root;
}
