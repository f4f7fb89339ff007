using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Server.Configuration;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AdmissionGuard.Tools.Manifests;

/// <summary>Reads the documents of YAML and JSON files, each file once.</summary>
/// <param name="input">Opens standard input, for the file called <c>-</c>.</param>
/// <param name="errors">Receives the errors.</param>
internal sealed class DocumentReader(Func<TextReader> input, InputErrors errors)
{
    public const string StandardInput = "-";

    // Below a list's items, a Tenant's network policies reach 17 levels.
    private const int MaxDepth = 64;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, IReadOnlyList<Document>> _read = new(StringComparer.Ordinal);

    /// <summary>The documents of a file, those of a list one by one.</summary>
    /// <param name="file">The file.</param>
    /// <param name="mayBeOther">Whether it may hold nothing, or what is not an object: files lie in folders for other ends too.</param>
    /// <returns>None where it can't be read, which is reported.</returns>
    public IReadOnlyList<Document> Read(string file, bool mayBeOther = false)
    {
        if (!_read.TryGetValue(file, out var documents))
        {
            documents = TryRead(file, mayBeOther);
            _read[file] = documents;
        }

        return documents;
    }

    private List<Document> TryRead(string file, bool mayBeOther)
    {
        try
        {
            using var reader = file == StandardInput ? input() : Open(file);
            var text = BoundedText.Read(reader, BoundedText.MaxObjects);
            var documents = file.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
                ? Json(file, text, mayBeOther)
                : Either(file, text, mayBeOther);
            if (documents is [] && !mayBeOther)
            {
                errors.Add(file, "contains no document");
            }

            return documents;
        }
        catch (YamlException e)
        {
            errors.Add(new InputError(file, 0, (int)e.Start.Line, "", $"is not YAML: {e.InnerException?.Message ?? e.Message}"));
        }
        catch (JsonException e)
        {
            errors.Add(new InputError(file, 0, (int)(e.LineNumber ?? -1) + 1, "", $"is not JSON: {Sentence(e.Message)}"));
        }
        catch (DecoderFallbackException)
        {
            errors.Add(file, "is not UTF-8 text");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add(file, $"can't be read: {e.Message}");
        }

        return [];
    }

    /// <summary>Opens a file. Opening a pipe without a writer would block forever.</summary>
    private static StreamReader Open(string file)
    {
        if (!FileName.IsValid(file))
        {
            throw new IOException($"'{file}' is not the name of a file");
        }

        // Whatever is no file has this length too. What another process hands over by its descriptor is open already.
        if ((File.ResolveLinkTarget(file, returnFinalTarget: true) ?? new FileInfo(file)) is not FileInfo { Exists: true, Length: 0 })
        {
            return new StreamReader(file, Strict);
        }

        try
        {
            return Task.Run(() => new StreamReader(file, Strict)).WaitAsync(Timeout).GetAwaiter().GetResult();
        }
        catch (TimeoutException e)
        {
            throw new IOException($"it is a pipe, and nothing was written to it within {Timeout.TotalSeconds} s", e);
        }
    }

    /// <summary>JSON may stand in for YAML, as in what kubectl prints; YAML too may begin with a brace.</summary>
    private List<Document> Either(string file, string text, bool mayBeOther)
    {
        if (text.AsSpan().TrimStart() is ['{', ..])
        {
            try
            {
                return Json(file, text, mayBeOther);
            }
            catch (JsonException)
            {
                // Then it is YAML, or the YAML error is reported.
            }
        }

        return Yaml(file, text, mayBeOther);
    }

    private List<Document> Json(string file, string text, bool mayBeOther)
    {
        var node = StrictJson.Parse(Encoding.UTF8.GetBytes(text), MaxDepth);
        return Items(file, 1, node, new YamlToJson(), mayBeOther);
    }

    private List<Document> Yaml(string file, string text, bool mayBeOther)
    {
        var documents = new List<Document>();
        foreach (var (index, document) in Parse(file, text).Index())
        {
            var values = new YamlToJson();
            // Between two separators there may be nothing, or a comment alone.
            if (values.Convert(document.RootNode) is { } root)
            {
                documents.AddRange(Items(file, index + 1, root, values, mayBeOther));
            }
        }

        return documents;
    }

    private static IList<YamlDocument> Parse(string file, string text)
    {
        var (stream, yaml) = (new YamlStream(), new RestrictedYamlParser(new Parser(new StringReader(text)), MaxDepth));
        try
        {
            stream.Load(yaml);
            return stream.Documents;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet throws these for some invalid text, without a position: for example for a complex key without a value.
            var near = yaml.Current?.Start ?? Mark.Empty;
            throw new YamlException(
                near,
                near,
                $"{file} has invalid YAML here or shortly after",
                new InvalidDataException("invalid YAML here or shortly after", e));
        }
    }

    private List<Document> Items(string file, int number, JsonNode? root, YamlToJson values, bool mayBeOther)
    {
        if (root is not JsonObject map)
        {
            if (!mayBeOther)
            {
                errors.Add(new InputError(file, number, values.Lines.GetValueOrDefault(JsonPath.Root), "", "must be an object"));
            }

            return [];
        }

        var document = new Document(file, number, map) { Lines = values.Lines, Texts = values.Texts };
        if (!document.Kind.EndsWith("List", StringComparison.Ordinal) || map["items"] is not JsonArray items)
        {
            return [document];
        }

        var documents = new List<Document>();
        foreach (var (index, item) in items.Index())
        {
            var path = JsonPath.Join(JsonPath.Join(JsonPath.Root, "items"), index);
            if (item is JsonObject each)
            {
                documents.Add(document.Part(each, path));
            }
            else
            {
                errors.Add(document.Error(path, "must be an object"));
            }
        }

        return documents;
    }

    private static string Sentence(string message) => message.Split(" Path: ", 2)[0].Split(" LineNumber: ", 2)[0].ReplaceLineEndings(" ");
}
