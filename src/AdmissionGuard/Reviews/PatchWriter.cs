using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using AdmissionGuard.Core.Completions;

namespace AdmissionGuard.Reviews;

/// <summary>Writes completions as JSON patches (RFC 6902).</summary>
internal static class PatchWriter
{
    /// <summary>Writes one completion.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="completion">The completion.</param>
    /// <param name="review">The review that it answers: what is kept of its object is written as it stands there.</param>
    public static void Write(IBufferWriter<byte> output, Completion completion, Review review)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartArray();
        foreach (var operation in completion.Operations)
        {
            writer.WriteStartObject();
            writer.WriteString("op"u8, operation.Action switch
            {
                PatchAction.Add => "add"u8,
                PatchAction.Replace => "replace"u8,
                _ => "remove"u8,
            });
            writer.WriteString("path"u8, operation.Path);
            WriteValue(writer, operation.Value, review);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter writer, PatchValue value, Review review)
    {
        switch (value)
        {
            case PatchValue.String text:
                writer.WriteString("value"u8, text.Value);
                break;
            case PatchValue.Labels labels:
                writer.WriteStartObject("value"u8);
                writer.WriteString(labels.Key, labels.Value);
                writer.WriteEndObject();
                break;
            case PatchValue.Reference reference:
                writer.WritePropertyName("value"u8);
                WriteReference(writer, reference);
                break;
            case PatchValue.References references:
                writer.WriteStartArray("value"u8);
                WriteReference(writer, references.Only);
                writer.WriteEndArray();
                break;
            case PatchValue.Remaining remaining:
                WriteRemaining(writer, remaining.Without, review.Bytes[review.Object.OwnerReferencesStart..]);
                break;
        }
    }

    private static void WriteReference(Utf8JsonWriter writer, PatchValue.Reference reference)
    {
        writer.WriteStartObject();
        writer.WriteString("apiVersion"u8, reference.ApiVersion);
        writer.WriteString("kind"u8, reference.Kind);
        writer.WriteString("name"u8, reference.Name);
        writer.WriteString("uid"u8, reference.Uid);
        writer.WriteEndObject();
    }

    /// <summary>Writes the items of a list but those at some places, byte for byte.</summary>
    private static void WriteRemaining(Utf8JsonWriter writer, ImmutableArray<int> without, ReadOnlySpan<byte> list)
    {
        writer.WriteStartArray("value"u8);
        var reader = new Utf8JsonReader(list);
        reader.Read();
        var next = 0;
        for (var place = 0; reader.Read() && reader.TokenType is not JsonTokenType.EndArray; place++)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (next < without.Length && without[next] == place)
            {
                next++;
            }
            else
            {
                writer.WriteRawValue(list[start..(int)reader.BytesConsumed], skipInputValidation: true);
            }
        }

        writer.WriteEndArray();
    }
}
