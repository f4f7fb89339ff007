using System.Collections.Immutable;

namespace AdmissionGuard.DecisionTable;

/// <summary>A way to write a namespace.</summary>
public enum Way
{
    /// <summary>A JSON merge patch.</summary>
    Merge,

    /// <summary>A strategic merge patch, which keys references by UID.</summary>
    StrategicMerge,

    /// <summary>A JSON patch.</summary>
    Json,

    /// <summary>A server-side apply with force, which keys references by UID and removes nothing of others.</summary>
    Apply,

    /// <summary>The whole object, as an update.</summary>
    Put,

    /// <summary>The whole object, to <c>status</c>.</summary>
    PutStatus,

    /// <summary>The whole object, to <c>finalize</c>.</summary>
    PutFinalize,

    /// <summary>The whole object, as a creation.</summary>
    Post,
}

/// <summary>What the API server makes of ways to write.</summary>
public static class Ways
{
    /// <summary>The subresource that a way goes to; empty for none.</summary>
    /// <param name="way">The way.</param>
    /// <returns>The subresource.</returns>
    public static string SubResourceOf(Way way) => way switch { Way.PutStatus => "status", Way.PutFinalize => "finalize", _ => "" };

    /// <summary>The object that admission sees when somebody writes marks in a way.</summary>
    /// <param name="way">The way.</param>
    /// <param name="stored">What is stored; <see langword="null"/> if the namespace is created.</param>
    /// <param name="written">What is written.</param>
    /// <returns>The object's marks; <see langword="null"/> if that can't be written in this way.</returns>
    public static RowTenancy? Received(Way way, RowTenancy? stored, RowTenancy written) => (way, stored) switch
    {
        (Way.Post, null) => Deduplicated(written.Label, written.References),
        (Way.Apply, null) => IsKeyed(written) ? written : null,
        (Way.Post, _) or (_, null) => null,
        (Way.StrategicMerge, _) => !IsKeyed(written) ? null : written.References is [] ? written : Merged(stored, written),
        // Whoever applies removes nothing that is not its own.
        (Way.Apply, _) =>
            !IsKeyed(written)
                || (written.References is [] && stored.References is not [])
                || (written.Label is null && stored.Label is not null) ? null : Merged(stored, written),
        // Where no mutating webhook fills it, the API server itself refuses an empty UID.
        (Way.PutStatus or Way.PutFinalize, _) when written.References.Any(reference => reference.Uid.Length == 0) => null,
        _ => Deduplicated(written.Label, written.References),
    };

    private static bool IsKeyed(RowTenancy written) =>
        written.References.All(reference => reference.Uid.Length > 0)
            && written.References.DistinctBy(Key).Count() == written.References.Length;

    private static (string Tenant, string Uid) Key(Reference reference) => (reference.Tenant, reference.Uid);

    private static RowTenancy Merged(RowTenancy stored, RowTenancy written) => new(
        written.Label,
        [
            .. stored.References.Select(old => written.References.FirstOrDefault(reference => Key(reference) == Key(old)) ?? old),
            .. written.References.Where(reference => !stored.References.Any(old => Key(old) == Key(reference))),
        ]);

    // The API server drops a reference that stands there twice, before any webhook sees it.
    private static RowTenancy Deduplicated(string? label, ImmutableArray<Reference> references) => new(label, [.. references.Distinct()]);
}
