using System.Collections.Immutable;
using System.Text.Json;

namespace AdmissionGuard.Server.Admission.Reviews;

/// <summary>The items of a JSON array but those at some places, byte for byte: for <c>foreach</c>.</summary>
/// <param name="list">Begins with the array; the reader has checked it.</param>
/// <param name="without">The places that are left out, from 0, in ascending order.</param>
internal ref struct JsonArrayItemsExcept(ReadOnlySpan<byte> list, ImmutableArray<int> without)
{
    private readonly ReadOnlySpan<byte> _list = list;
    private Utf8JsonReader _reader = new(list);
    private int _place = -1;
    private int _next;

    public ReadOnlySpan<byte> Current { get; private set; }

    public readonly JsonArrayItemsExcept GetEnumerator() => this;

    public bool MoveNext()
    {
        while (ReadItem())
        {
            if (_next == without.Length || without[_next] != _place)
            {
                return true;
            }

            _next++;
        }

        return false;
    }

    private bool ReadItem()
    {
        // The first token is the array's start.
        if ((_place < 0 && !_reader.Read()) || !_reader.Read() || _reader.TokenType is JsonTokenType.EndArray)
        {
            return false;
        }

        _place++;
        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        Current = _list[start..(int)_reader.BytesConsumed];
        return true;
    }
}
