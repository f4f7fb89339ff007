using System.Collections.Immutable;
using System.Globalization;
using CsCheck;

namespace AdmissionGuard.Tests.Properties;

/// <summary>What is done to a review's bytes: most of it leaves them JSON, so that the damage goes deep.</summary>
internal sealed record ByteEdits(ImmutableArray<(int Kind, double Place, byte Value, int Length)> Edits)
{
    public static Gen<ByteEdits> All { get; } =
        Gen.Select(
            Gen.Frequency((1, Gen.Int[0, 3]), (4, Gen.OneOf(1, 4, 5, 6))),
            Gen.Double.Unit,
            Gen.Byte,
            Gen.Int[1, 24]).Array[1, 2].Select(edits => new ByteEdits([.. edits]));

    public byte[] Do(byte[] bytes) => Edits.Aggregate(bytes, Edited);

    public override string ToString() =>
        string.Join(
            ' ',
            Edits.Select(edit => string.Create(CultureInfo.InvariantCulture, $"{edit.Kind}@{edit.Place:R}:{edit.Value:x2}x{edit.Length}")));

    private static byte[] Edited(byte[] bytes, (int Kind, double Place, byte Value, int Length) edit)
    {
        if (bytes is [])
        {
            return [edit.Value];
        }

        var place = (int)(edit.Place * bytes.Length);
        var end = Math.Min(bytes.Length, place + edit.Length);
        return edit.Kind switch
        {
            0 => [.. bytes[..place], edit.Value, .. bytes[(place + 1)..]],
            1 => [.. bytes[..place], (byte)('a' + (edit.Value % 26)), .. bytes[(place + 1)..]],
            2 => [.. bytes[..place], .. bytes[end..]],
            3 => [.. bytes[..end], .. bytes[place..]],
            4 => Quoted(bytes, place, "\"gas\""),
            5 => Quoted(bytes, place, "null"),
            _ => Quoted(bytes, place, "\"\""),
        };
    }

    /// <summary>Puts something else in the place of the next string.</summary>
    private static byte[] Quoted(byte[] bytes, int place, string text)
    {
        var start = Array.IndexOf(bytes, (byte)'"', place);
        var end = start < 0 ? -1 : Array.IndexOf(bytes, (byte)'"', start + 1);
        return end < 0 ? bytes : [.. bytes[..start], .. System.Text.Encoding.UTF8.GetBytes(text), .. bytes[(end + 1)..]];
    }
}
