using System.Buffers;
using System.Text;
using System.Text.Json;
using AdmissionGuard.Server.Limits;

namespace AdmissionGuard.Server.Admission.Reviews;

/// <summary>Finds names that occur twice in one object: two readers could then see two different objects.</summary>
/// <remarks>
/// <see cref="Utf8JsonReader"/> lets them pass. The names of the objects that are being read are on one stack, eight
/// bytes each: a hash, and the position of the name in the review. When an object ends, its names are sorted, and those of
/// equal hash compared.
/// </remarks>
internal ref struct DuplicateKeyDetector(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private ulong[] _names = ArrayPool<ulong>.Shared.Rent(64);

    /// <summary>How many names the open objects have so far.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a name to the innermost object.</summary>
    /// <exception cref="BadReviewException">There are too many names, or it is not Unicode text.</exception>
    public void Add(JsonSlice name)
    {
        if (Count == ReviewLimits.MaxKeys)
        {
            throw new BadReviewException($"more than {ReviewLimits.MaxKeys} keys");
        }

        if (Count == _names.Length)
        {
            var larger = ArrayPool<ulong>.Shared.Rent(2 * Count);
            _names.CopyTo(larger, 0);
            Dispose();
            _names = larger;
        }

        _names[Count++] = ((ulong)HashOf(name) << 32) | (uint)name.Start;
    }

    /// <summary>Ends the innermost object.</summary>
    /// <param name="first">How many names there were before its own.</param>
    /// <exception cref="BadReviewException">It has a name twice.</exception>
    public void Close(int first)
    {
        var names = _names.AsSpan(first, Count - first);
        names.Sort();
        for (var i = 0; i < names.Length; i++)
        {
            // Almost always there is no second name with the same hash.
            for (var j = i + 1; j < names.Length && names[i] >> 32 == names[j] >> 32; j++)
            {
                if (JsonSlice.Same(_bytes, At(names[i]), At(names[j])))
                {
                    throw new BadReviewException(
                        $"the key {Core.MessageText.Quote(At(names[i]).Read(_bytes))} occurs twice in one object", (uint)names[j]);
                }
            }
        }

        Count = first;
    }

    public readonly void Dispose() => ArrayPool<ulong>.Shared.Return(_names);

    private readonly uint HashOf(JsonSlice name)
    {
        // The seed is random for each process, so that nobody can prepare colliding names.
        var hash = new HashCode();
        hash.AddBytes(name.IsEscaped ? Encoding.UTF8.GetBytes(name.Read(_bytes)) : name.Raw(_bytes));
        return (uint)hash.ToHashCode();
    }

    private readonly JsonSlice At(ulong name)
    {
        var start = (int)(uint)name - 1;
        var reader = new Utf8JsonReader(_bytes[start..]);
        reader.Read();
        return JsonSlice.Of(reader, start);
    }
}
