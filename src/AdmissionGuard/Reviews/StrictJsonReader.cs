using System.Text.Json;

namespace AdmissionGuard.Reviews;

/// <summary>A <see cref="Utf8JsonReader"/> that goes over every token, so that no object in the review has a name twice, not even where nothing is taken.</summary>
internal ref struct StrictJsonReader
{
    private const int MaxDepth = 64;

    private readonly ReadOnlySpan<byte> _bytes;
    private Utf8JsonReader _reader;
    private KeySet _keys;
    private ScopeStack _scopes;
    private int _scopeCount;
    private int _itemCount;

    public StrictJsonReader(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth });
        _keys = new KeySet(bytes);
    }

    public readonly JsonTokenType TokenType => _reader.TokenType;

    public readonly void Dispose() => _keys.Dispose();

    /// <summary>Goes to the next token.</summary>
    /// <exception cref="JsonException">The bytes are not JSON, or deeper than 64 levels.</exception>
    /// <exception cref="BadReviewException">A name stands twice in one object.</exception>
    public bool Read()
    {
        if (!_reader.Read())
        {
            return false;
        }

        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                _scopes[_reader.CurrentDepth] = ++_scopeCount;
                break;
            case JsonTokenType.PropertyName when !_keys.Add(_scopes[_reader.CurrentDepth - 1], Text()):
                throw new BadReviewException($"byte {_reader.TokenStartIndex}: the key {Core.Text.Quote(Text().Read(_bytes))} stands twice in one object");
        }

        return true;
    }

    /// <summary>Goes to the next property of the object whose start or last value was read.</summary>
    /// <returns><see langword="false"/> at the object's end.</returns>
    public bool ReadProperty()
    {
        Read();
        return _reader.TokenType is JsonTokenType.PropertyName;
    }

    /// <summary>Whether the current name is this one.</summary>
    public readonly bool Is(ReadOnlySpan<byte> name) => _reader.ValueTextEquals(name);

    /// <summary>Reads the value, which is to be an object.</summary>
    /// <returns><see langword="false"/> for <c>null</c>.</returns>
    public bool ReadObject(string what) => ReadStart(JsonTokenType.StartObject, what, "an object");

    /// <summary>Reads the value, which is to be a list.</summary>
    /// <returns><see langword="false"/> for <c>null</c>.</returns>
    public bool ReadArray(string what) => ReadStart(JsonTokenType.StartArray, what, "a list");

    /// <summary>Reads the value, which is to be a string or <c>null</c>.</summary>
    public JsonText ReadText(string what)
    {
        Read();
        return _reader.TokenType switch
        {
            JsonTokenType.String => Text(),
            JsonTokenType.Null => default,
            _ => throw Unfit(what, "a string"),
        };
    }

    /// <summary>Reads the next of a list of strings.</summary>
    /// <returns><see langword="false"/> at the list's end.</returns>
    public bool ReadItem(string what, out JsonText item)
    {
        Read();
        item = _reader.TokenType switch
        {
            JsonTokenType.EndArray => default,
            JsonTokenType.String when ++_itemCount <= KeySet.Most => Text(),
            JsonTokenType.String => throw new BadReviewException($"more than {KeySet.Most} strings in lists"),
            _ => throw Unfit(what, "a list of strings"),
        };
        return item.IsPresent;
    }

    /// <summary>Reads the value, which is to be a boolean or <c>null</c>.</summary>
    public bool ReadBoolean(string what)
    {
        Read();
        return _reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False or JsonTokenType.Null => false,
            _ => throw Unfit(what, "a boolean"),
        };
    }

    /// <summary>Passes over the value.</summary>
    public void SkipValue()
    {
        Read();
        SkipRest();
    }

    /// <summary>Passes over what is left of the value whose first token was read.</summary>
    public void SkipRest()
    {
        if (_reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return;
        }

        var depth = _reader.CurrentDepth;
        while (Read() && _reader.CurrentDepth > depth)
        {
        }
    }

    public readonly BadReviewException Unfit(string what, string expected) =>
        new($"byte {_reader.TokenStartIndex}: {what} is to be {expected}");

    /// <summary>The string or name that was read.</summary>
    /// <exception cref="BadReviewException">It stands for no text: better known now than when half an answer is written.</exception>
    public readonly JsonText Text()
    {
        var text = JsonText.Of(_reader);
        if (text.IsEscaped)
        {
            text.Read(_bytes);
        }

        return text;
    }

    /// <summary>Where the token that was read begins.</summary>
    public readonly int Start => (int)_reader.TokenStartIndex;

    private bool ReadStart(JsonTokenType start, string what, string expected)
    {
        Read();
        return _reader.TokenType == start || (_reader.TokenType is JsonTokenType.Null ? false : throw Unfit(what, expected));
    }

    [System.Runtime.CompilerServices.InlineArray(MaxDepth + 1)]
    private struct ScopeStack
    {
        private int _first;
    }
}
