using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AdmissionGuard.Core.Completions;

namespace AdmissionGuard.Server.Admission.Reviews;

/// <summary>Writes completions as JSON patches (RFC 6902).</summary>
internal static class PatchWriter
{
    /// <summary>The maximum number of items of a list that are removed one by one: the API server copies the list for each.</summary>
    private const int MostRemovals = 8;

    /// <summary>The maximum number of bytes of a list that are written again to replace it, so that no patch is much larger.</summary>
    private const int MostRewritten = 4 * 1024 * 1024;

    /// <summary>Writes one completion.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="completion">The completion.</param>
    /// <param name="review">The review that it answers: kept parts of its object are written unchanged.</param>
    public static void Write(IBufferWriter<byte> output, Completion completion, Review review)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartArray();
        foreach (var operation in completion.Operations)
        {
            if (operation.Value is PatchValue.Items items)
            {
                WriteRemoval(
                    writer,
                    operation.Path,
                    new JsonArrayItemsExcept(review.Bytes[review.Object.OwnerReferencesStart..], items.Places),
                    items.Places);
                continue;
            }

            WriteStart(writer, operation.Action, operation.Path);
            WriteValue(writer, operation.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteStart(Utf8JsonWriter writer, PatchAction action, string path)
    {
        writer.WriteStartObject();
        writer.WriteString("op"u8, action switch
        {
            PatchAction.Add => "add"u8,
            PatchAction.Replace => "replace"u8,
            _ => "remove"u8,
        });
        writer.WriteString("path"u8, path);
    }

    /// <summary>Writes the removal of some items of a list: one by one, from the end, or by what is kept of the list.</summary>
    private static void WriteRemoval(Utf8JsonWriter writer, string path, JsonArrayItemsExcept kept, ImmutableArray<int> removed)
    {
        if (removed.Length <= MostRemovals || LengthOf(kept) > MostRewritten)
        {
            // From the end, so that no removal moves a place that a later one names.
            for (var i = removed.Length - 1; i >= 0; i--)
            {
                WriteStart(writer, PatchAction.Remove, string.Create(CultureInfo.InvariantCulture, $"{path}/{removed[i]}"));
                writer.WriteEndObject();
            }

            return;
        }

        WriteStart(writer, PatchAction.Replace, path);
        writer.WriteStartArray("value"u8);
        foreach (var item in kept)
        {
            writer.WriteRawValue(item, skipInputValidation: true);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static long LengthOf(JsonArrayItemsExcept kept)
    {
        var length = 0L;
        foreach (var item in kept)
        {
            length += item.Length;
        }

        return length;
    }

    private static void WriteValue(Utf8JsonWriter writer, PatchValue value)
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
}
