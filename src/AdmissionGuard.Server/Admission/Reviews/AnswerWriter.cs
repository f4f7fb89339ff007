using System.Buffers;
using System.Text.Json;
using AdmissionGuard.Core.Completions;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Server.Admission.Reviews;

/// <summary>Writes answers as <c>admission.k8s.io/v1</c> AdmissionReviews.</summary>
internal static class AnswerWriter
{
    /// <summary>The longest audit annotation, in characters.</summary>
    private const int MaxAnnotation = 1024;

    /// <summary>The longest message of a refusal, in characters: a request can lack permissions on hundreds of tenants.</summary>
    private const int MaxMessage = 8 * 1024;

    public static void Write(IBufferWriter<byte> output, Review review, AdmissionAnswer answer)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("apiVersion"u8, "admission.k8s.io/v1"u8);
        writer.WriteString("kind"u8, "AdmissionReview"u8);
        writer.WriteStartObject("response"u8);
        writer.WriteString("uid"u8, review.Uid.Read(review.Bytes));
        writer.WriteBoolean("allowed"u8, answer.IsAllowed);
        WriteVerdict(writer, review, answer);
        WriteAuditAnnotations(writer, answer.Verdict);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteVerdict(Utf8JsonWriter writer, Review review, AdmissionAnswer answer)
    {
        switch (answer.Verdict)
        {
            case Verdict.Deny deny:
                WriteStatus(writer, answer, Core.MessageText.Cut(deny.Message, MaxMessage));
                break;
            case Verdict.Allow allow:
                WritePatch(writer, review, allow.Completion);
                WriteWarnings(writer, allow);
                break;
        }
    }

    private static void WriteStatus(Utf8JsonWriter writer, AdmissionAnswer answer, string message)
    {
        writer.WriteStartObject("status"u8);
        writer.WriteString("status"u8, "Failure"u8);
        writer.WriteString("message"u8, message);
        writer.WriteString("reason"u8, answer.Reason);
        writer.WriteNumber("code"u8, answer.Code);
        if (answer.Code == 503)
        {
            // The API server passes it on as Retry-After.
            writer.WriteStartObject("details"u8);
            writer.WriteNumber("retryAfterSeconds"u8, 1);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WritePatch(Utf8JsonWriter writer, Review review, Completion completion)
    {
        if (!completion.IsEmpty)
        {
            var patch = new ArrayBufferWriter<byte>(256);
            PatchWriter.Write(patch, completion, review);
            writer.WriteString("patchType"u8, "JSONPatch"u8);
            writer.WriteBase64String("patch"u8, patch.WrittenSpan);
        }
    }

    private static void WriteWarnings(Utf8JsonWriter writer, Verdict.Allow allow)
    {
        if (!allow.Warnings.IsEmpty)
        {
            writer.WriteStartArray("warnings"u8);
            foreach (var warning in allow.Warnings)
            {
                writer.WriteStringValue(warning);
            }

            writer.WriteEndArray();
        }
    }

    // Plain keys: the API server puts the webhook's name before them. The values depend on the request and on which
    // of its tenants live; of two calls of one webhook for one request, the API server keeps the first one's.
    private static void WriteAuditAnnotations(Utf8JsonWriter writer, Verdict verdict)
    {
        var transition = verdict.Transition;
        if (transition.Kind is TransitionKind.Unchanged)
        {
            return;
        }

        writer.WriteStartObject("auditAnnotations"u8);
        writer.WriteString("transition"u8, transition.Kind.ToString());
        WriteSome(writer, "source"u8, string.Join(',', transition.Released.Take(4).Select(Core.MessageText.Name)));
        WriteSome(writer, "target"u8, Core.MessageText.Name(transition.Target ?? ""));
        WriteSome(writer, "reason"u8, Core.MessageText.Sentence(verdict.ChangeReason.Reason));
        WriteSome(writer, "override"u8, Core.MessageText.Sentence(verdict.ChangeReason.Override));
        if (verdict is Verdict.Allow allow)
        {
            WriteSome(writer, "lifted"u8, string.Join(',', allow.Overridden));
            WriteSome(writer, "tolerated"u8, Core.MessageText.Cut(allow.Tolerated, MaxAnnotation));
        }

        writer.WriteEndObject();
    }

    private static void WriteSome(Utf8JsonWriter writer, ReadOnlySpan<byte> key, string value)
    {
        if (value.Length > 0)
        {
            writer.WriteString(key, value);
        }
    }
}
