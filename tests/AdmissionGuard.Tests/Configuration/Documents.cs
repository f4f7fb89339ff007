using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Server.Configuration;

namespace AdmissionGuard.Tests.Configuration;

/// <summary>What is generated from the table of settings.</summary>
internal static class Documents
{
    public const string SampleFile = "deploy/config.yaml";
    public const string SchemaFile = "deploy/config.schema.json";
    public const string ConfigMapFile = "deploy/base/configmap.yaml";

    private const int Width = 118;
    private static readonly GuardOptions Defaults = new();

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        IndentSize = 2,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema, in the draft that editors know best.</summary>
    public static string Schema()
    {
        var root = Group("AdmissionGuard's configuration");
        root.Insert(0, "$schema", "http://json-schema.org/draft-07/schema#");
        foreach (var setting in Settings.All)
        {
            var at = Properties(root);
            if (GroupOf(setting) is { Length: > 0 } group)
            {
                at = Properties(at[group] ??= Group(Settings.Groups[group], orNull: true));
            }

            at[NameOf(setting)] = Schema(setting);
        }

        return root.ToJsonString(Readable) + "\n";
    }

    /// <summary>The documented sample: every setting with its default.</summary>
    public static string Sample()
    {
        var text = new StringBuilder("""
            # yaml-language-server: $schema=config.schema.json
            #
            # AdmissionGuard's configuration: every setting there is, with its default. Leave out what you don't change.
            # It is reloaded while the guard runs; an invalid file is logged, and the last valid one remains in use.

            """);
        var group = "";
        foreach (var setting in Settings.All)
        {
            if (GroupOf(setting) is { Length: > 0 } own && own != group)
            {
                Comment(text.Append('\n'), "", Settings.Groups[own]);
                text.Append(own).Append(":\n");
            }
            else if (GroupOf(setting).Length == 0)
            {
                text.Append('\n');
            }

            group = GroupOf(setting);
            var indent = group.Length == 0 ? "" : "  ";
            Comment(text, indent, setting.Summary);
            Comment(text, indent, Values(setting));
            text.Append(indent).Append(NameOf(setting)).Append(':').Append(Value(setting, indent)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The sample as the ConfigMap that <c>deploy/</c> mounts.</summary>
    public static string ConfigMap() => $"""
        # The defaults. An overlay of yours replaces them by its config.yaml (deploy/docs/installing.md); who installs by hand edits
        # them here. What is edited in the cluster alone lasts until this is applied again.
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: admissionguard-config
          namespace: admissionguard-system
          labels:
            app.kubernetes.io/name: admissionguard
        data:
          config.yaml: |
        {string.Concat(Sample().Split('\n').Select(line => line.Length == 0 ? "\n" : $"    {line}\n")).TrimEnd('\n')}

        """;

    /// <summary>The options table of the reference.</summary>
    public static string Table() => string.Concat(Settings.All.Select(Row).Prepend("| Setting | Value | Default | |\n|---|---|---|---|\n"));

    private static string Row(Setting setting)
    {
        var values = setting.Form.Words is { IsEmpty: false } words ? string.Join(", ", words.Select(Code)) : setting.Form.Wants;
        return $"| {Code(setting.Path)} | {(setting.IsList ? $"a list: {values}" : values)} | {Default(setting)} | {setting.Summary.Replace("|", "\\|", StringComparison.Ordinal)} |\n";
    }

    private static string Default(Setting setting) =>
        setting.Show(Defaults) is { IsEmpty: false } values ? string.Join(", ", values.Select(Code)) : "none";

    private static string Code(string text) => $"`{text}`";

    private static JsonObject Group(string description, bool orNull = false) => new()
    {
        ["description"] = description,
        ["type"] = orNull ? new JsonArray("object", "null") : "object",
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject(),
    };

    private static JsonObject Properties(JsonNode group) => group["properties"]!.AsObject();

    private static JsonObject Text(SettingSyntax syntax)
    {
        var text = new JsonObject
        {
            ["type"] = "string",
            ["minLength"] = 1,
            ["maxLength"] = syntax.MaxLength,
            ["pattern"] = $"^(?:{syntax.Pattern})$",
        };
        if (syntax.Matches(""))
        {
            text.Remove("minLength");
        }

        return text;
    }

    private static JsonObject Schema(Setting setting)
    {
        var value = setting.Form switch
        {
            { IsBoolean: true } => new JsonObject { ["type"] = "boolean" },
            { Words: { IsEmpty: false } words } => new JsonObject { ["enum"] = new JsonArray([.. words.Select(word => (JsonNode)word)]) },
            { Syntax: { } syntax } => Text(syntax),
            _ => new JsonObject { ["type"] = "string" },
        };
        var schema = setting.IsList ? new JsonObject { ["type"] = "array", ["items"] = value } : value;
        schema.Insert(0, "description", setting.Summary);
        schema["default"] = setting.Show(Defaults) switch
        {
            var items when setting.IsList => new JsonArray([.. items.Select(item => (JsonNode)item)]),
            [var only] when setting.Form.IsBoolean => only == "true",
            [var only] => only,
            _ => null,
        };
        if (setting.Example.Length > 0)
        {
            schema["examples"] = new JsonArray(setting.IsList ? new JsonArray(setting.Example) : setting.Example);
        }

        return schema;
    }

    private static string Values(Setting setting) => (setting.IsList, setting.Example) switch
    {
        (true, { Length: > 0 } example) => $"A list, as in [{Yaml(example)}].",
        (true, _) => "A list.",
        _ when setting.Form.Words is not [] => $"One of {setting.Form.Wants}.",
        _ => "",
    };

    private static string Value(Setting setting, string indent) => setting.Show(Defaults) switch
    {
        [var only] when !setting.IsList => $" {(setting.Form.IsBoolean ? only : Yaml(only))}",
        [] => " []",
        var items => string.Concat(items.Select(item => $"\n{indent}  - {Yaml(item)}")),
    };

    // Everything that a YAML parser of any version takes for text; `off` is a word to YAML 1.2, and to the guard.
    private static string Yaml(
        string text) => char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '*')
        ? text
        : JsonSerializer.Serialize(text, Readable);

    private static void Comment(StringBuilder text, string indent, string words)
    {
        var line = new StringBuilder();
        foreach (var word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && indent.Length + line.Length + word.Length + 3 > Width)
            {
                text.Append(indent).Append('#').Append(line).Append('\n');
                line.Clear();
            }

            line.Append(' ').Append(word);
        }

        if (line.Length > 0)
        {
            text.Append(indent).Append('#').Append(line).Append('\n');
        }
    }

    private static string GroupOf(Setting setting) => setting.Path.Split('.') is [var group, _] ? group : "";

    private static string NameOf(Setting setting) => setting.Path[(setting.Path.IndexOf('.', StringComparison.Ordinal) + 1)..];
}
