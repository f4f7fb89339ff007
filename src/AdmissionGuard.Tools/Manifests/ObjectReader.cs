using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace AdmissionGuard.Tools.Manifests;

/// <summary>Reads a mapping field by field, and reports invalid and unknown fields.</summary>
/// <param name="document">The document that contains it.</param>
/// <param name="map">The mapping.</param>
/// <param name="path">Where it is in the document.</param>
/// <param name="errors">Receives the errors.</param>
internal sealed class ObjectReader(Document document, JsonObject map, string path, InputErrors errors)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public Document Document => document;

    /// <summary>The fields of a mapping below this one.</summary>
    public ObjectReader Below(string name, JsonObject below) => new(document, below, PathOf(name), errors);

    public string PathOf(string name) => JsonPath.Join(path, name);

    public bool Has(string name)
    {
        _asked.Add(name);
        return map.ContainsKey(name);
    }

    public JsonNode? Node(string name) => Has(name) ? map[name] : null;

    public string? Text(string name) => Node(name) switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => AddError<string>(name, "must be text; put it in quotes"),
    };

    public string Required(string name)
    {
        if (Text(name) is { Length: > 0 } text)
        {
            return text;
        }

        if (Node(name) is null or JsonValue)
        {
            AddError(name, "is required");
        }

        return "";
    }

    public int? Number(string name) => Node(name) switch
    {
        null => null,
        JsonValue value when value.TryGetValue<long>(out var number) && number is >= 0 and <= int.MaxValue => (int)number,
        _ => AddError<object>(name, "must be a whole number") as int?,
    };

    public JsonObject? Map(string name) => Node(name) switch
    {
        null => null,
        JsonObject found => found,
        _ => AddError<JsonObject>(name, "must be a mapping"),
    };

    /// <summary>The items of a list; a single value counts as a list with one item.</summary>
    public IEnumerable<(JsonNode? Item, string Path)> Items(string name) => Node(name) switch
    {
        null => [],
        JsonArray list => list.Select((item, index) => (item, JsonPath.Join(PathOf(name), index))),
        var only => [(only, PathOf(name))],
    };

    /// <summary>A list of texts, or one text alone; <see langword="null"/> if there is no such field.</summary>
    public ImmutableArray<string>? Texts(string name)
    {
        if (!Has(name))
        {
            return null;
        }

        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var (item, where) in Items(name))
        {
            if (item is JsonValue value && value.TryGetValue<string>(out var text))
            {
                texts.Add(text);
            }
            else
            {
                errors.Add(document.Error(where, "must be text; put it in quotes"));
            }
        }

        return texts.DrainToImmutable();
    }

    /// <summary>One of some words.</summary>
    public string? Word(string name, params string[] words) => Text(name) is not { } text ? null
        : words.Contains(text, StringComparer.Ordinal) ? text
        : AddError<string>(name, $"must be one of {string.Join(", ", words)}");

    public void AddError(string name, string words) => errors.Add(document.Error(PathOf(name), words));

    /// <summary>Reports every unknown field.</summary>
    public void Close()
    {
        foreach (var (name, _) in map.Where(field => !_asked.Contains(field.Key)))
        {
            AddError(name, $"unknown field; known fields are {string.Join(", ", _asked.Order(StringComparer.Ordinal))}");
        }
    }

    private T? AddError<T>(string name, string words)
        where T : class
    {
        AddError(name, words);
        return null;
    }
}
