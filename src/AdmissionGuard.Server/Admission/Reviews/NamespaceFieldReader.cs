using System.Text;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Server.Limits;

namespace AdmissionGuard.Server.Admission.Reviews;

/// <summary>Reads one of a review's two objects: the positions of its tenancy and of its reasons in the bytes.</summary>
/// <param name="kind">What a tenant is.</param>
internal sealed class NamespaceFieldReader(TenantKind kind)
{
    private static readonly byte[] ReasonKey = Encoding.UTF8.GetBytes(ChangeReason.ReasonAnnotation);
    private static readonly byte[] OverrideKey = Encoding.UTF8.GetBytes(ChangeReason.OverrideAnnotation);

    private readonly byte[] _labelKey = Encoding.UTF8.GetBytes(kind.LabelKey);
    private readonly byte[] _groupPrefix = Encoding.UTF8.GetBytes(kind.Group + "/");
    private readonly byte[] _kind = Encoding.UTF8.GetBytes(kind.Kind);
    private readonly int _mostReferences = ReviewLimits.MaxReferences(kind.Group);

    /// <summary>Reads the value, which must be a namespace.</summary>
    /// <param name="reader">Positioned before the value.</param>
    /// <param name="bytes">The whole review.</param>
    /// <param name="what">The value's name in errors.</param>
    /// <returns>The positions; nothing is present for <c>null</c>.</returns>
    /// <exception cref="BadReviewException">It is not an object, or it is not a valid namespace.</exception>
    public NamespaceFieldPositions Read(ref StrictJsonReader reader, ReadOnlySpan<byte> bytes, string what)
    {
        var span = default(NamespaceFieldPositions);
        if (!reader.ReadObject(what))
        {
            return span;
        }

        var before = reader.TakenBytes;
        while (reader.ReadProperty())
        {
            if (reader.Is("metadata"u8))
            {
                span.IsPresent = reader.ReadObject("metadata");
                if (span.IsPresent)
                {
                    ReadMetadata(ref reader, bytes, ref span);
                }
            }
            else
            {
                reader.SkipValue();
            }
        }

        return reader.TakenBytes - before <= ReviewLimits.StoredBytes
            ? span
            : throw new BadReviewException($"{what} has more than {ReviewLimits.StoredBytes} bytes of text");
    }

    private void ReadMetadata(ref StrictJsonReader reader, ReadOnlySpan<byte> bytes, ref NamespaceFieldPositions span)
    {
        var (start, skipped) = (reader.Position, 0);
        while (reader.ReadProperty())
        {
            if (reader.Is("name"u8))
            {
                span.Name = reader.ReadText("metadata.name");
            }
            else if (reader.Is("resourceVersion"u8))
            {
                span.ResourceVersion = reader.ReadText("metadata.resourceVersion");
            }
            else if (reader.Is("deletionTimestamp"u8))
            {
                span.IsTerminating = reader.ReadText("metadata.deletionTimestamp").HasValue;
            }
            else if (reader.Is("labels"u8))
            {
                ReadLabels(ref reader, ref span);
            }
            else if (reader.Is("annotations"u8))
            {
                ReadAnnotations(ref reader, ref span);
            }
            else if (reader.Is("ownerReferences"u8))
            {
                ReadOwnerReferences(ref reader, bytes, ref span);
            }
            else
            {
                // Mainly managedFields, which the API server does not store if the object is too large with them.
                var before = reader.Position;
                reader.SkipValue();
                skipped += reader.Position - before;
            }
        }

        if (reader.Position - start - skipped > ReviewLimits.MaxObjectBytes)
        {
            throw new BadReviewException(
                $"an object has more than {ReviewLimits.MaxObjectBytes} bytes of metadata, which no API server stores");
        }
    }

    private void ReadLabels(ref StrictJsonReader reader, ref NamespaceFieldPositions span)
    {
        if (!reader.ReadObject("metadata.labels"))
        {
            return;
        }

        span.LabelsStart = reader.Start;
        while (reader.ReadProperty())
        {
            if (reader.Is(_labelKey))
            {
                span.Label = reader.ReadText("the tenant label");
            }
            else
            {
                reader.SkipEntry();
            }
        }
    }

    private static void ReadAnnotations(ref StrictJsonReader reader, ref NamespaceFieldPositions span)
    {
        if (!reader.ReadObject("metadata.annotations"))
        {
            return;
        }

        span.AnnotationsStart = reader.Start;
        while (reader.ReadProperty())
        {
            if (reader.Is(ReasonKey))
            {
                span.Reason = reader.ReadText(ChangeReason.ReasonAnnotation);
            }
            else if (reader.Is(OverrideKey))
            {
                span.Override = reader.ReadText(ChangeReason.OverrideAnnotation);
            }
            else
            {
                reader.SkipEntry();
            }
        }
    }

    private void ReadOwnerReferences(ref StrictJsonReader reader, ReadOnlySpan<byte> bytes, ref NamespaceFieldPositions span)
    {
        const string What = "metadata.ownerReferences";
        if (!reader.ReadArray(What))
        {
            return;
        }

        span.OwnerReferencesStart = reader.Start;
        while (reader.ReadElement(What))
        {
            ReadOwnerReference(ref reader, bytes, ref span);
            span.OwnerReferenceCount++;
        }
    }

    private void ReadOwnerReference(ref StrictJsonReader reader, ReadOnlySpan<byte> bytes, ref NamespaceFieldPositions span)
    {
        JsonSlice apiVersion = default, kindText = default, name = default, uid = default;
        while (reader.ReadProperty())
        {
            if (reader.Is("apiVersion"u8))
            {
                apiVersion = reader.ReadText("an ownerReference's apiVersion");
            }
            else if (reader.Is("kind"u8))
            {
                kindText = reader.ReadText("an ownerReference's kind");
            }
            else if (reader.Is("name"u8))
            {
                name = reader.ReadText("an ownerReference's name");
            }
            else if (reader.Is("uid"u8))
            {
                uid = reader.ReadText("an ownerReference's uid");
            }
            else
            {
                reader.SkipValue();
            }
        }

        if (StartsWith(bytes, apiVersion, _groupPrefix))
        {
            var isTenant = kindText.Is(bytes, _kind);
            span.References ??= new List<OwnerReferencePositions>(1);
            if (span.References.Count == _mostReferences)
            {
                throw new BadReviewException($"more than {_mostReferences} ownerReferences to kinds of {kind.Group}");
            }

            span.References.Add(new OwnerReferencePositions(span.OwnerReferenceCount, apiVersion, kindText, name, uid, isTenant));
        }
    }

    private static bool StartsWith(ReadOnlySpan<byte> bytes, JsonSlice text, ReadOnlySpan<byte> prefix) =>
        text.IsEscaped ? Encoding.UTF8.GetBytes(text.Read(bytes)).AsSpan().StartsWith(prefix) : text.Raw(bytes).StartsWith(prefix);
}
