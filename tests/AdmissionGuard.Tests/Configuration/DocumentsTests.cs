using System.Text.Json;
using System.Text.Json.Nodes;
using AdmissionGuard.Server.Configuration;
using Json.Schema;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AdmissionGuard.Tests.Configuration;

/// <summary>What is generated from the table of settings is current, and means the same as the table.</summary>
public sealed class DocumentsTests : IDisposable
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(Documents.Schema());

    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_schema_the_sample_the_ConfigMap_and_the_reference_are_current()
    {
        Generated.FileIs(Documents.SchemaFile, Documents.Schema());
        Generated.FileIs(Documents.SampleFile, Documents.Sample());
        Generated.FileIs(Documents.ConfigMapFile, Documents.ConfigMap());
        Generated.BlockIs("deploy/docs/configuration.md", "options", Documents.Table());
    }

    [Fact]
    public void The_sample_is_the_defaults_and_keeps_to_the_schema()
    {
        var reading = _folder.Read(Documents.Sample());

        Assert.Empty(reading.Errors);
        Assert.Empty(Settings.Changes(new(), reading.Options));
        Assert.True(IsGood(Documents.Sample()));
    }

    [Fact]
    public void The_ConfigMap_holds_the_sample()
    {
        var manifest = ToJson(Documents.ConfigMap());

        Assert.Equal(Documents.Sample(), (string?)manifest!["data"]!["config.yaml"]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("mode: audit")]
    [InlineData("rules:")]
    [InlineData("rules: {reasonGiven: off}")]
    [InlineData("ownersMayMigrate: true")]
    [InlineData("exemptUsers: []")]
    [InlineData("exemptUsers: ['system:serviceaccount:a:b', 'Alice Example <alice@example.com>']")]
    [InlineData("protectedNamespaces: [a, b-*]")]
    [InlineData("maintenanceWindows: [0 22 * * FRI for 4h in Europe/Berlin]")]
    [InlineData("tenant: {labelKey: example.com/team, group: platform.example.com, version: v1, kind: Team, plural: teams}")]
    [InlineData("tenant: {labelKey: team}")]
    [InlineData("verbs: {release: let-go, adopt: take-in}")]
    public void What_the_program_takes_the_schema_takes(string yaml)
    {
        Assert.Empty(_folder.Read(yaml).Errors);
        Assert.True(IsGood(yaml));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("mode: maybe")]
    [InlineData("mode: [audit]")]
    [InlineData("mode:")]
    [InlineData("Mode: audit")]
    [InlineData("mod: audit")]
    [InlineData("rules: off")]
    [InlineData("rules: {noSuchRule: off}")]
    [InlineData("rules: {reasonGiven: on}")]
    [InlineData("ownersMayMigrate: maybe")]
    [InlineData("exemptUsers: alice")]
    [InlineData("exemptUsers: ['system:*']")]
    [InlineData("exemptUsers: [' ']")]
    [InlineData("exemptUsers: {a: b}")]
    [InlineData("protectedNamespaces: [Kube]")]
    [InlineData("protectedNamespaces: ['*']")]
    [InlineData("protectedNamespaces: ['a*b']")]
    [InlineData("maintenanceWindows: [always]")]
    [InlineData("tenant: {labelKey: 'a b'}")]
    [InlineData("tenant: {labelKey: /team}")]
    [InlineData("tenant: {labelKey: Example.com/team}")]
    [InlineData("tenant: {labelKey: a/b/c}")]
    [InlineData("tenant: {labelKey: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}")]
    [InlineData("tenant: {group: -x}")]
    [InlineData("tenant: {version: V1}")]
    [InlineData("tenant: {kind: team}")]
    [InlineData("tenant: {plural: Teams}")]
    [InlineData("verbs: {adopt: '*'}")]
    [InlineData("verbs: {adopt: take in}")]
    [InlineData("verbs: {adopt: ''}")]
    public void What_the_program_refuses_the_schema_refuses(string yaml)
    {
        Assert.NotEmpty(_folder.Read(yaml).Errors);
        Assert.False(IsGood(yaml));
    }

    private static bool IsGood(string yaml)
    {
        using var document = JsonDocument.Parse(ToJson(yaml)?.ToJsonString() ?? "null");
        return Schema.Evaluate(document.RootElement).IsValid;
    }

    /// <summary>YAML as an editor's language server reads it.</summary>
    private static JsonNode? ToJson(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return ToJson(stream.Documents.Single().RootNode);
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping =>
            new JsonObject(mapping.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, ToJson(pair.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } flag => flag.Value == "true",
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "~" or "null" or null } => null,
        YamlScalarNode scalar => scalar.Value,
        _ => throw new ArgumentException($"{node.NodeType}", nameof(node)),
    };
}
