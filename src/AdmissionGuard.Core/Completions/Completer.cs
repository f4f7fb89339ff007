using System.Collections.Immutable;
using System.Globalization;
using AdmissionGuard.Core.Tenancies;

namespace AdmissionGuard.Core.Completions;

/// <summary>Computes completions.</summary>
/// <param name="kind">What a tenant is.</param>
public sealed class Completer(TenantKind kind)
{
    private const string Labels = "/metadata/labels";
    private const string OwnerReferences = "/metadata/ownerReferences";

    private readonly string _labelPath =
        $"{Labels}/{kind.LabelKey.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    /// <summary>Makes the object belong to one tenant: its label, and exactly one reference with the live UID.</summary>
    /// <param name="received">The object that the patch will be applied to.</param>
    /// <param name="old">The object as stored before; <see langword="null"/> on CREATE.</param>
    /// <param name="tenant">The tenant's name.</param>
    /// <param name="uid">The tenant's UID, from a live read for this request.</param>
    /// <returns>The operations.</returns>
    public Completion Bind(NamespaceRecord received, NamespaceRecord? old, string tenant, string uid)
    {
        var operations = ImmutableArray.CreateBuilder<PatchOperation>(2);
        if (received.Tenancy.Label != tenant)
        {
            operations.Add(received.HasLabels
                ? new(PatchAction.Add, _labelPath, new PatchValue.String(tenant))
                : new(PatchAction.Add, Labels, new PatchValue.Labels(kind.LabelKey, tenant)));
        }

        var reference = new PatchValue.Reference(kind.ApiVersion, kind.Kind, tenant, uid);
        if (received.Tenancy.References is [var first, .. var rest])
        {
            // The first reference keeps its position: all references that are removed follow it.
            operations.AddRange(Remove(rest));
            operations.AddRange(Fix(first, reference));
        }
        else if (!received.HasOwnerReferences)
        {
            operations.Add(new(PatchAction.Add, OwnerReferences, new PatchValue.References(reference)));
        }
        else
        {
            // At the position of the first old reference, if the list is long enough.
            var place = old is { Tenancy.References: [var gone, ..] }
                ? Math.Min(gone.Index, received.OwnerReferenceCount)
                : received.OwnerReferenceCount;
            operations.Add(new(PatchAction.Add, Element(place), reference));
        }

        return new(operations.DrainToImmutable());
    }

    /// <summary>Makes the object belong to no tenant: neither label nor ownerReference, an empty label value included.</summary>
    /// <param name="received">The object that the patch will be applied to.</param>
    /// <returns>The operations.</returns>
    public Completion Unbind(NamespaceRecord received)
    {
        var operations = ImmutableArray.CreateBuilder<PatchOperation>();
        if (received.Tenancy.Label is not null)
        {
            operations.Add(new(PatchAction.Remove, _labelPath, new PatchValue.Nothing()));
        }

        operations.AddRange(Remove(received.Tenancy.References));
        return new(operations.DrainToImmutable());
    }

    // A reference to the same tenant keeps its flags: only its wrong fields are written.
    private static IEnumerable<PatchOperation> Fix(TenantReference received, PatchValue.Reference wanted)
    {
        if (received.Name != wanted.Name)
        {
            yield return new(PatchAction.Replace, Element(received.Index), wanted);
            yield break;
        }

        if (received.ApiVersion != wanted.ApiVersion)
        {
            yield return new(PatchAction.Add, $"{Element(received.Index)}/apiVersion", new PatchValue.String(wanted.ApiVersion));
        }

        if (received.Uid != wanted.Uid)
        {
            yield return new(PatchAction.Add, $"{Element(received.Index)}/uid", new PatchValue.String(wanted.Uid));
        }
    }

    private static IEnumerable<PatchOperation> Remove(ImmutableArray<TenantReference> references) => references is [] ? [] :
        [new PatchOperation(PatchAction.Remove, OwnerReferences, new PatchValue.Items([.. references.Select(r => r.Index)]))];

    private static string Element(int index) => string.Create(CultureInfo.InvariantCulture, $"{OwnerReferences}/{index}");
}
