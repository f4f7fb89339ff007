using System.Collections.Immutable;
using System.Text.Json;
using AdmissionGuard.Core.Tenancies;

namespace AdmissionGuard.Server.Admission.Reviews;

/// <summary>The positions of the relevant fields in one of the review's two objects.</summary>
internal struct NamespaceFieldPositions
{
    public bool IsPresent;
    public JsonSlice Name;
    public JsonSlice ResourceVersion;
    public JsonSlice Label;
    public JsonSlice Reason;
    public JsonSlice Override;

    /// <summary>Where the map of labels begins; 0 for none.</summary>
    public int LabelsStart;

    /// <summary>Where the map of annotations begins; 0 for none.</summary>
    public int AnnotationsStart;

    /// <summary>Where the list of ownerReferences begins; 0 for none.</summary>
    public int OwnerReferencesStart;

    public bool IsTerminating;
    public int OwnerReferenceCount;

    public readonly bool HasLabels => LabelsStart > 0;

    public readonly bool HasOwnerReferences => OwnerReferencesStart > 0;

    /// <summary>The ownerReferences of the tenant's group; <see langword="null"/> for none.</summary>
    public List<OwnerReferencePositions>? References;

    /// <summary>Whether the tenancy of two objects is equal, byte for byte or at least string for string.</summary>
    public static bool SameTenancy(ReadOnlySpan<byte> bytes, in NamespaceFieldPositions one, in NamespaceFieldPositions other)
    {
        if (!JsonSlice.Same(bytes, one.Label, other.Label) || (one.References?.Count ?? 0) != (other.References?.Count ?? 0))
        {
            return false;
        }

        for (var i = 0; i < (one.References?.Count ?? 0); i++)
        {
            if (!OwnerReferencePositions.Same(bytes, one.References![i], other.References![i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Whether there is nothing to warn of: neither label nor ownerReference, or a label and one reference of the
    /// same name.
    /// </summary>
    public readonly bool IsSound(ReadOnlySpan<byte> bytes) =>
        References is null ? !Label.HasValue : References is [{ IsTenant: true } only] && JsonSlice.Same(bytes, Label, only.Name);

    /// <summary>All labels and annotations, for the rules that ask.</summary>
    public readonly NamespaceMetadata ReadMetadata(ReadOnlySpan<byte> bytes) =>
        new(ReadMap(bytes, LabelsStart), ReadMap(bytes, AnnotationsStart));

    /// <summary>The record for decisions.</summary>
    public readonly NamespaceRecord ToRecord(ReadOnlySpan<byte> bytes, string requestName)
    {
        var tenants = ImmutableArray.CreateBuilder<TenantReference>(References?.Count ?? 0);
        var siblings = ImmutableArray.CreateBuilder<SameGroupOwnerReference>();
        var (last, version, name) = (default(OwnerReferencePositions), "", "");
        foreach (var reference in References ?? [])
        {
            // Share one string between adjacent equal values: thousands of references are mostly the same reference.
            version = JsonSlice.Same(bytes, reference.ApiVersion, last.ApiVersion) ? version : reference.ApiVersion.Read(bytes);
            name = JsonSlice.Same(bytes, reference.Name, last.Name) ? name : reference.Name.Read(bytes);
            last = reference;
            var uid = reference.Uid.Read(bytes);
            if (reference.IsTenant)
            {
                tenants.Add(new TenantReference(reference.Index, version, name, uid));
            }
            else
            {
                siblings.Add(new SameGroupOwnerReference(reference.Kind.Read(bytes), name, uid));
            }
        }

        return new NamespaceRecord
        {
            Name = Name.HasValue ? Name.Read(bytes) : requestName,
            Tenancy = new Tenancy(Label.IsPresent ? Label.Read(bytes) : null, tenants.DrainToImmutable()),
            IsTerminating = IsTerminating,
            HasLabels = HasLabels,
            HasOwnerReferences = HasOwnerReferences,
            OwnerReferenceCount = OwnerReferenceCount,
            ChangeReason = new ChangeReason(Reason.Read(bytes), Override.Read(bytes)),
            SiblingReferences = siblings.DrainToImmutable(),
        };
    }

    // The review was checked when it was read: this is a map, but its values may not be strings.
    private static ImmutableArray<KeyValuePair<string, string>> ReadMap(ReadOnlySpan<byte> bytes, int start)
    {
        if (start == 0)
        {
            return [];
        }

        var map = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        var reader = new Utf8JsonReader(bytes[start..], StrictJsonReader.Options);
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var key = JsonSlice.Of(reader, start).Read(bytes);
            reader.Read();
            map.Add(new(key, reader.TokenType is JsonTokenType.String ? JsonSlice.Of(reader, start).Read(bytes) : ""));
            reader.Skip();
        }

        return map.DrainToImmutable();
    }
}

/// <summary>The positions of the parts of one ownerReference.</summary>
internal readonly record struct OwnerReferencePositions(
    int Index, JsonSlice ApiVersion, JsonSlice Kind, JsonSlice Name, JsonSlice Uid, bool IsTenant)
{
    public static bool Same(ReadOnlySpan<byte> bytes, OwnerReferencePositions one, OwnerReferencePositions other) =>
        JsonSlice.Same(bytes, one.ApiVersion, other.ApiVersion)
        && JsonSlice.Same(bytes, one.Kind, other.Kind)
        && JsonSlice.Same(bytes, one.Name, other.Name)
        && JsonSlice.Same(bytes, one.Uid, other.Uid);
}
