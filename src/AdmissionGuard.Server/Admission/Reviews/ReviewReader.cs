using System.Text.Json;
using System.Text.Unicode;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Server.Limits;

namespace AdmissionGuard.Server.Admission.Reviews;

/// <summary>Reads reviews in one pass over the bytes, and keeps only what a decision needs.</summary>
/// <param name="kind">What a tenant is.</param>
internal sealed class ReviewReader(TenantKind kind)
{
    private readonly NamespaceFieldReader _namespaces = new(kind);

    /// <summary>Reads one review.</summary>
    /// <param name="bytes">The body of the request.</param>
    /// <returns>The review.</returns>
    /// <exception cref="BadReviewException">The bytes are no <c>admission.k8s.io/v1</c> AdmissionReview with a request and a
    /// uid.</exception>
    public Review Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            throw new BadReviewException("the body is empty");
        }

        // Utf8JsonReader passes invalid UTF-8 inside strings.
        if (!Utf8.IsValid(bytes.Span))
        {
            throw new BadReviewException("the body is not valid UTF-8");
        }

        var reader = new StrictJsonReader(bytes.Span);
        try
        {
            return ReadReview(ref reader, new Review(bytes));
        }
        catch (JsonException e)
        {
            throw new BadReviewException($"the body is not a valid AdmissionReview in JSON: {Core.MessageText.Cut(e.Message, 200)}");
        }
        finally
        {
            reader.Dispose();
        }
    }

    private Review ReadReview(ref StrictJsonReader reader, Review review)
    {
        if (!reader.ReadObject("the body"))
        {
            throw new BadReviewException("the body is null");
        }

        JsonSlice apiVersion = default, kindText = default;
        var hasRequest = false;
        while (reader.ReadProperty())
        {
            if (reader.Is("apiVersion"u8))
            {
                apiVersion = reader.ReadText("apiVersion");
            }
            else if (reader.Is("kind"u8))
            {
                kindText = reader.ReadText("kind");
            }
            else if (reader.Is("request"u8))
            {
                hasRequest = reader.ReadObject("request");
                if (hasRequest)
                {
                    ReadRequest(ref reader, review);
                }
            }
            else
            {
                reader.SkipValue();
            }
        }

        reader.ReadEnd();
        var (version, name) = (apiVersion.Read(review.Bytes), kindText.Read(review.Bytes));
        return (version, name) != ("admission.k8s.io/v1", "AdmissionReview")
                ? throw new BadReviewException(
                    $"apiVersion and kind must be admission.k8s.io/v1 and AdmissionReview, not {Core.MessageText.Quote(version)} and "
                        + $"{Core.MessageText.Quote(name)}")
            : !hasRequest ? throw new BadReviewException("request is missing")
            : !review.Uid.HasValue ? throw new BadReviewException("request.uid is missing")
            : review;
    }

    private void ReadRequest(ref StrictJsonReader reader, Review review)
    {
        while (reader.ReadProperty())
        {
            if (reader.Is("uid"u8))
            {
                review.Uid = ReadShort(ref reader, "request.uid");
            }
            else if (reader.Is("operation"u8))
            {
                review.OperationText = ReadShort(ref reader, "request.operation");
                review.Operation = OperationOf(review.OperationText, review.Bytes);
            }
            else if (reader.Is("kind"u8))
            {
                ReadKind(ref reader, review);
            }
            else if (reader.Is("subResource"u8))
            {
                review.SubResource = ReadShort(ref reader, "request.subResource");
            }
            else if (reader.Is("name"u8))
            {
                review.Name = reader.ReadText("request.name");
            }
            else if (reader.Is("dryRun"u8))
            {
                review.IsDryRun = reader.ReadBoolean("request.dryRun");
            }
            else if (reader.Is("userInfo"u8))
            {
                ReadUserInfo(ref reader, review);
            }
            else if (reader.Is("options"u8))
            {
                ReadOptions(ref reader, review);
            }
            else if (reader.Is("object"u8))
            {
                review.Object = _namespaces.Read(ref reader, review.Bytes, "request.object");
            }
            else if (reader.Is("oldObject"u8))
            {
                review.OldObject = _namespaces.Read(ref reader, review.Bytes, "request.oldObject");
            }
            else
            {
                reader.SkipValue();
            }
        }
    }

    private static Operation OperationOf(JsonSlice text, ReadOnlySpan<byte> bytes) =>
        text.Is(bytes, "UPDATE"u8) ? Operation.Update
        : text.Is(bytes, "CREATE"u8) ? Operation.Create
        : text.Is(bytes, "DELETE"u8) ? Operation.Delete
        : Operation.Other;

    private static void ReadKind(ref StrictJsonReader reader, Review review)
    {
        JsonSlice group = default, version = default;
        if (!reader.ReadObject("request.kind"))
        {
            return;
        }

        while (reader.ReadProperty())
        {
            if (reader.Is("group"u8))
            {
                group = reader.ReadText("request.kind.group");
            }
            else if (reader.Is("version"u8))
            {
                version = reader.ReadText("request.kind.version");
            }
            else if (reader.Is("kind"u8))
            {
                review.Kind = ReadShort(ref reader, "request.kind.kind");
            }
            else
            {
                reader.SkipValue();
            }
        }

        review.IsNamespace = !group.HasValue
            && version.Is(review.Bytes, "v1"u8)
            && review.Kind.Is(review.Bytes, "Namespace"u8);
    }

    private static void ReadOptions(ref StrictJsonReader reader, Review review)
    {
        if (!reader.ReadObject("request.options"))
        {
            return;
        }

        while (reader.ReadProperty())
        {
            if (reader.Is("fieldManager"u8))
            {
                review.FieldManager = ReadShort(ref reader, "request.options.fieldManager");
            }
            else
            {
                reader.SkipValue();
            }
        }
    }

    private static void ReadUserInfo(ref StrictJsonReader reader, Review review)
    {
        if (!reader.ReadObject("request.userInfo"))
        {
            return;
        }

        var before = reader.TakenBytes;
        while (reader.ReadProperty())
        {
            if (reader.Is("username"u8))
            {
                review.User = reader.ReadText("request.userInfo.username");
            }
            else if (reader.Is("uid"u8))
            {
                review.UserUid = reader.ReadText("request.userInfo.uid");
            }
            else if (reader.Is("groups"u8))
            {
                review.Groups = ReadTexts(ref reader, "request.userInfo.groups");
            }
            else if (reader.Is("extra"u8))
            {
                ReadExtra(ref reader, review);
            }
            else
            {
                reader.SkipValue();
            }
        }

        if (reader.TakenBytes - before > ReviewLimits.ApiHeaderBytes)
        {
            throw new BadReviewException($"request.userInfo has more than {ReviewLimits.ApiHeaderBytes} bytes of text");
        }
    }

    private static void ReadExtra(ref StrictJsonReader reader, Review review)
    {
        const string What = "request.userInfo.extra";
        if (!reader.ReadObject(What))
        {
            return;
        }

        review.Extra = [];
        while (reader.ReadProperty())
        {
            var key = reader.Text();
            review.Extra.Add(new(key, ReadTexts(ref reader, What)));
        }
    }

    private static JsonSlice ReadShort(ref StrictJsonReader reader, string what)
    {
        var text = reader.ReadText(what);
        return text.Length <= ReviewLimits.MaxShortText
            ? text
            : throw new BadReviewException($"{what} has more than {ReviewLimits.MaxShortText} bytes");
    }

    private static List<JsonSlice> ReadTexts(ref StrictJsonReader reader, string what)
    {
        var texts = new List<JsonSlice>();
        if (!reader.ReadArray(what))
        {
            return texts;
        }

        while (reader.ReadItem(what, out var text))
        {
            texts.Add(text);
        }

        return texts;
    }
}
