using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using AdmissionGuard.Server.Limits;

namespace AdmissionGuard.Server.Admission.Reviews;

/// <summary>Reads JSON object by object and list by list, and tracks the current one.</summary>
/// <remarks>
/// Each object and list is left exactly at its end: a loop that stopped earlier would misread
/// what follows. Duplicate names in an object are an error. A skipped value is only
/// checked to be JSON, because nothing is read from it.
/// </remarks>
internal ref struct StrictJsonReader
{
    /// <summary>
    /// The maximum depth of a review: that of the API server's own decoder, plus the levels of a review around an
    /// object.
    /// </summary>
    /// <remarks>Source: Go, <c>encoding/json</c>, <c>maxNestingDepth</c>. Nothing here recurses.</remarks>
    private const int MaxDepth = 10_000 + 8;

    /// <summary>The reader options for every part of a review.</summary>
    public static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    private readonly ReadOnlySpan<byte> _bytes;
    private Utf8JsonReader _reader;
    private DuplicateKeyDetector _keys;
    private Scopes _scopes;
    private int _scopeCount;
    private int _textCount;

    public StrictJsonReader(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _reader = new Utf8JsonReader(bytes, Options);
        _keys = new DuplicateKeyDetector(bytes);
    }

    /// <summary>How many bytes the texts that were taken stand for, without their escape sequences.</summary>
    public int TakenBytes { get; private set; }

    /// <summary>Where the token that was read begins.</summary>
    public readonly int Start => (int)_reader.TokenStartIndex;

    /// <summary>Where the token that was read ends.</summary>
    public readonly int Position => (int)_reader.BytesConsumed;

    public readonly void Dispose() => _keys.Dispose();

    /// <summary>Enters the value, which must be an object.</summary>
    /// <returns><see langword="false"/> for <c>null</c>, which is not entered.</returns>
    /// <exception cref="JsonException">The bytes are not JSON, or deeper than the API server's own decoder takes; so for all that
    /// reads.</exception>
    /// <exception cref="BadReviewException">It is neither.</exception>
    public bool ReadObject(string what) => Enter(JsonTokenType.StartObject, what, "an object");

    /// <summary>Enters the value, which must be a list.</summary>
    /// <returns><see langword="false"/> for <c>null</c>, which is not entered.</returns>
    /// <exception cref="BadReviewException">It is neither.</exception>
    public bool ReadArray(string what) => Enter(JsonTokenType.StartArray, what, "a list");

    /// <summary>Goes to the next property of the innermost object.</summary>
    /// <returns><see langword="false"/> at the object's end, where it is left.</returns>
    /// <exception cref="BadReviewException">A name occurs twice in it.</exception>
    public bool ReadProperty()
    {
        Read();
        if (IsWithin(JsonTokenType.PropertyName))
        {
            _keys.Add(JsonSlice.Of(_reader));
            return true;
        }

        Leave(JsonTokenType.EndObject);
        return false;
    }

    /// <summary>Enters the next object of the innermost list.</summary>
    /// <returns><see langword="false"/> at the list's end, where it is left.</returns>
    /// <exception cref="BadReviewException">An item is not an object.</exception>
    public bool ReadElement(string what)
    {
        Read();
        if (IsWithin(JsonTokenType.StartObject))
        {
            Enter();
            return true;
        }

        return LeaveList(what, "a list of objects");
    }

    /// <summary>Reads the next string of the innermost list.</summary>
    /// <returns><see langword="false"/> at the list's end, where it is left.</returns>
    /// <exception cref="BadReviewException">An item is not a string, or one too many in the review.</exception>
    public bool ReadItem(string what, out JsonSlice item)
    {
        Read();
        if (IsWithin(JsonTokenType.String))
        {
            item = ++_textCount <= ReviewLimits.MaxTexts
                ? Text()
                : throw new BadReviewException($"more than {ReviewLimits.MaxTexts} strings in lists");
            return true;
        }

        item = default;
        return LeaveList(what, "a list of strings");
    }

    /// <summary>Whether the current name is this one.</summary>
    public readonly bool Is(ReadOnlySpan<byte> name) => _reader.ValueTextEquals(name);

    /// <summary>Reads the value, which must be a string or <c>null</c>.</summary>
    public JsonSlice ReadText(string what)
    {
        Read();
        return _reader.TokenType switch
        {
            JsonTokenType.String => Text(),
            JsonTokenType.Null => default,
            _ => throw Unexpected(what, "a string"),
        };
    }

    /// <summary>Reads the value, which must be a boolean or <c>null</c>.</summary>
    public bool ReadBoolean(string what)
    {
        Read();
        return _reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False or JsonTokenType.Null => false,
            _ => throw Unexpected(what, "a boolean"),
        };
    }

    /// <summary>Passes over the current property's value.</summary>
    public void SkipValue() => _reader.Skip();

    /// <summary>Passes over the current property of a map, which may be taken later: it counts like what is taken now.</summary>
    public void SkipEntry()
    {
        Text();
        Read();
        if (_reader.TokenType is JsonTokenType.String)
        {
            Text();
        }

        _reader.Skip();
    }

    /// <summary>Ends the document: every object and list was left, and nothing but white space follows.</summary>
    /// <exception cref="JsonException">Something else follows.</exception>
    /// <exception cref="BadReviewException">The reader is not where the document ends.</exception>
    public void ReadEnd()
    {
        if (_scopeCount > 0 || _reader.CurrentDepth > 0 || _reader.Read() || _reader.BytesConsumed != _bytes.Length)
        {
            throw Lost();
        }
    }

    /// <summary>Takes the string or name that was read.</summary>
    /// <exception cref="BadReviewException">It is not Unicode text. Detected here, before a part of the answer is written.</exception>
    public JsonSlice Text()
    {
        var text = JsonSlice.Of(_reader);
        TakenBytes += text.CountBytes(_bytes) ?? throw new BadReviewException("a string that is not Unicode text", Start);
        return text;
    }

    private readonly Scope Innermost => _scopes[_scopeCount - 1];

    /// <summary>Whether the token read is of that kind, and directly in the innermost object or list.</summary>
    private readonly bool IsWithin(JsonTokenType token) => _reader.TokenType == token && _reader.CurrentDepth == Innermost.Depth + 1;

    private void Read()
    {
        // The end of the bytes is an exception as long as anything is open.
        if (!_reader.Read())
        {
            throw Lost();
        }
    }

    private bool Enter(JsonTokenType start, string what, string expected)
    {
        Read();
        if (_reader.TokenType == start)
        {
            Enter();
            return true;
        }

        return _reader.TokenType is JsonTokenType.Null ? false : throw Unexpected(what, expected);
    }

    private void Enter() => _scopes[_scopeCount++] = new Scope(_reader.CurrentDepth, _keys.Count);

    private void Leave(JsonTokenType end)
    {
        if (_reader.TokenType != end || _reader.CurrentDepth != Innermost.Depth)
        {
            throw Lost();
        }

        _keys.Close(Innermost.FirstKey);
        _scopeCount--;
    }

    /// <summary>Leaves a list at its end; anything else there is an item of the wrong type.</summary>
    private bool LeaveList(string what, string expected)
    {
        if (_reader.TokenType is not JsonTokenType.EndArray)
        {
            throw Unexpected(what, expected);
        }

        Leave(JsonTokenType.EndArray);
        return false;
    }

    private readonly BadReviewException Unexpected(string what, string expected) => new($"{what} must be {expected}", Start);

    private readonly BadReviewException Lost() => new("not where the current value continues or ends", Start);

    /// <summary>An object or list that was entered.</summary>
    /// <param name="Depth">How many it lies in.</param>
    /// <param name="FirstKey">How many names were known before its own.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Scope(int Depth, int FirstKey);

    // What is entered lies six deep at the most: review, request, object, metadata, list, ownerReference.
    [InlineArray(8)]
    private struct Scopes
    {
        private Scope _first;
    }
}
