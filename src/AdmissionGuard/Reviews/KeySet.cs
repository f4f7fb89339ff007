using System.Buffers;
using System.Text;

namespace AdmissionGuard.Reviews;

/// <summary>The property names seen so far, each within its own object: an open-addressing table on a pooled array.</summary>
/// <remarks><see cref="System.Text.Json.Utf8JsonReader"/> lets the same name stand twice, and two readers may then see two different objects.</remarks>
internal ref struct KeySet
{
    /// <summary>The most names in one review: far more than any namespace has, and each takes up to 80 bytes here.</summary>
    public const int Most = 100_000;

    private const int Smallest = 256;

    private readonly ReadOnlySpan<byte> _bytes;
    private Entry[] _entries;
    private int _count;

    public KeySet(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _entries = Rent(Smallest);
    }

    /// <summary>Adds a name.</summary>
    /// <returns><see langword="false"/> where the object has it already.</returns>
    /// <exception cref="BadReviewException">It is one too many.</exception>
    public bool Add(int scope, JsonText name)
    {
        if (_count * 2 >= _entries.Length)
        {
            Grow();
        }

        var hash = HashOf(scope, name);
        for (var i = hash & (_entries.Length - 1); ; i = (i + 1) & (_entries.Length - 1))
        {
            ref var entry = ref _entries[i];
            if (entry.Scope == 0)
            {
                entry = new Entry(scope, hash, name);
                return ++_count <= Most ? true : throw new BadReviewException($"more than {Most} keys");
            }

            if (entry.Scope == scope && entry.Hash == hash && JsonText.Same(_bytes, entry.Name, name))
            {
                return false;
            }
        }
    }

    public readonly void Dispose() => ArrayPool<Entry>.Shared.Return(_entries);

    private readonly int HashOf(int scope, JsonText name)
    {
        var hash = new HashCode();
        hash.Add(scope);
        hash.AddBytes(name.IsEscaped ? Encoding.UTF8.GetBytes(name.Read(_bytes)) : name.Raw(_bytes));
        return hash.ToHashCode();
    }

    private void Grow()
    {
        var old = _entries;
        _entries = Rent(old.Length * 2);
        foreach (var entry in old)
        {
            if (entry.Scope != 0)
            {
                var i = entry.Hash & (_entries.Length - 1);
                while (_entries[i].Scope != 0)
                {
                    i = (i + 1) & (_entries.Length - 1);
                }

                _entries[i] = entry;
            }
        }

        ArrayPool<Entry>.Shared.Return(old);
    }

    // The shared pool hands out powers of two.
    private static Entry[] Rent(int length)
    {
        var entries = ArrayPool<Entry>.Shared.Rent(length);
        Array.Clear(entries);
        return entries;
    }

    private readonly record struct Entry(int Scope, int Hash, JsonText Name);
}
