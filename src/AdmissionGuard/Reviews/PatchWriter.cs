using System.Buffers;
using System.Text.Json;
using AdmissionGuard.Core.Completions;

namespace AdmissionGuard.Reviews;

/// <summary>Writes completions as JSON patches (RFC 6902).</summary>
internal static class PatchWriter
{
    public static void Write(IBufferWriter<byte> output, Completion completion)
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
            WriteValue(writer, operation.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
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
