using System.Collections.Immutable;
using System.Text.Json;
using AdmissionGuard.Core.Tenancies;

namespace AdmissionGuard.Server.Admission.Reviews;

/// <summary>Where the few things that matter stand in one of the review's two objects.</summary>
internal struct NamespaceGlance
{
    public bool IsPresent;
    public JsonText Name;
    public JsonText ResourceVersion;
    public JsonText Label;
    public JsonText Reason;
    public JsonText Override;

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
    public List<ReferenceGlance>? References;

    /// <summary>Whether two objects say the same of their tenancy, byte for byte, or at least string for string.</summary>
    public static bool SameTenancy(ReadOnlySpan<byte> bytes, in NamespaceGlance one, in NamespaceGlance other)
    {
        if (!JsonText.Same(bytes, one.Label, other.Label) || (one.References?.Count ?? 0) != (other.References?.Count ?? 0))
        {
            return false;
        }

        for (var i = 0; i < (one.References?.Count ?? 0); i++)
        {
            if (!ReferenceGlance.Same(bytes, one.References![i], other.References![i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether there is nothing to warn of: no mark at all, or a label and one reference of the same name.</summary>
    public readonly bool IsSound(ReadOnlySpan<byte> bytes) =>
        References is null ? !Label.HasValue : References is [{ IsTenant: true } only] && JsonText.Same(bytes, Label, only.Name);

    /// <summary>All labels and annotations, for the rules that ask.</summary>
    public readonly NamespaceMetadata ReadMetadata(ReadOnlySpan<byte> bytes) =>
        new(ReadMap(bytes, LabelsStart), ReadMap(bytes, AnnotationsStart));

    /// <summary>The record that decisions are made of.</summary>
    public readonly NamespaceRecord ToRecord(ReadOnlySpan<byte> bytes, string requestName)
    {
        var tenants = ImmutableArray.CreateBuilder<TenantReference>(References?.Count ?? 0);
        var siblings = ImmutableArray.CreateBuilder<SiblingReference>();
        var (last, version, name) = (default(ReferenceGlance), "", "");
        foreach (var reference in References ?? [])
        {
            // One string for what neighbours share: thousands of references are mostly one reference thousands of times.
            version = JsonText.Same(bytes, reference.ApiVersion, last.ApiVersion) ? version : reference.ApiVersion.Read(bytes);
            name = JsonText.Same(bytes, reference.Name, last.Name) ? name : reference.Name.Read(bytes);
            last = reference;
            var uid = reference.Uid.Read(bytes);
            if (reference.IsTenant)
            {
                tenants.Add(new TenantReference(reference.Index, version, name, uid));
            }
            else
            {
                siblings.Add(new SiblingReference(reference.Kind.Read(bytes), name, uid));
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
            Justification = new Justification(Reason.Read(bytes), Override.Read(bytes)),
            SiblingReferences = siblings.DrainToImmutable(),
        };
    }

    // The whole review was checked when it was read: here is a map, perhaps of other things than strings.
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
            var key = JsonText.Of(reader, start).Read(bytes);
            reader.Read();
            map.Add(new(key, reader.TokenType is JsonTokenType.String ? JsonText.Of(reader, start).Read(bytes) : ""));
            reader.Skip();
        }

        return map.DrainToImmutable();
    }
}

/// <summary>Where the parts of one ownerReference stand.</summary>
internal readonly record struct ReferenceGlance(int Index, JsonText ApiVersion, JsonText Kind, JsonText Name, JsonText Uid, bool IsTenant)
{
    public static bool Same(ReadOnlySpan<byte> bytes, ReferenceGlance one, ReferenceGlance other) =>
        JsonText.Same(bytes, one.ApiVersion, other.ApiVersion)
        && JsonText.Same(bytes, one.Kind, other.Kind)
        && JsonText.Same(bytes, one.Name, other.Name)
        && JsonText.Same(bytes, one.Uid, other.Uid);
}
