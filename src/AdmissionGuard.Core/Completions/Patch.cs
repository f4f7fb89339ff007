using System.Collections.Immutable;

namespace AdmissionGuard.Core.Completions;

/// <summary>
/// The operations that completions use. <c>test</c> is none of them: a patch that fails to apply is answered 500 under any failurePolicy.
/// </summary>
public enum PatchAction
{
    /// <summary>Adds a member, or replaces the one there.</summary>
    Add,

    /// <summary>Replaces a list's element.</summary>
    Replace,

    /// <summary>Removes what is there, or some items of it.</summary>
    Remove,
}

/// <summary>One operation of a JSON patch (RFC 6902); of those that remove several items, one for each or one for all.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Path">Where, as a JSON pointer.</param>
/// <param name="Value">What is written there.</param>
public sealed record PatchOperation(PatchAction Action, string Path, PatchValue Value);

/// <summary>What an operation writes.</summary>
public abstract record PatchValue
{
    private PatchValue()
    {
    }

    /// <summary>Nothing: the operation removes.</summary>
    public sealed record Nothing : PatchValue;

    /// <summary>A string.</summary>
    /// <param name="Value">The string.</param>
    public sealed record String(string Value) : PatchValue;

    /// <summary>A map of one label.</summary>
    /// <param name="Key">The label's key.</param>
    /// <param name="Value">Its value.</param>
    public sealed record Labels(string Key, string Value) : PatchValue;

    /// <summary>
    /// An ownerReference of the four required fields: <c>blockOwnerDeletion</c> would need a separate permission on OpenShift.
    /// </summary>
    /// <param name="ApiVersion">Group and version.</param>
    /// <param name="Kind">The kind.</param>
    /// <param name="Name">The tenant's name.</param>
    /// <param name="Uid">The tenant's live UID.</param>
    public sealed record Reference(string ApiVersion, string Kind, string Name, string Uid) : PatchValue;

    /// <summary>A list of one ownerReference.</summary>
    /// <param name="Only">The reference.</param>
    public sealed record References(Reference Only) : PatchValue;

    /// <summary>Nothing: the operation removes some items of a list; the others stay as they are, field by field and in order.</summary>
    /// <param name="Places">The places of those items, from 0, in ascending order.</param>
    public sealed record Items(ImmutableArray<int> Places) : PatchValue;
}
