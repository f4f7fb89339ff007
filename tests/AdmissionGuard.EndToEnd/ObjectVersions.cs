using System.Collections.Immutable;

namespace AdmissionGuard.EndToEnd;

/// <summary>All versions of one object, from its creation to its end, in order.</summary>
internal sealed record ObjectVersions(ImmutableArray<StoredVersion> Versions)
{
    /// <summary>The objects among the versions that bear one of the names; one that was deleted and recreated is another.</summary>
    public static ImmutableArray<ObjectVersions> Of(IEnumerable<StoredVersion> versions, ImmutableArray<string> names) =>
        [
            .. versions.Where(version => names.Contains(version.Name))
                .GroupBy(version => version.Uid, StringComparer.Ordinal)
                .Select(one => new ObjectVersions([.. one])),
        ];

    public bool IsLost => Versions[^1].Type is "DELETED";

    /// <summary>Where a reference to a tenant's UID was written that the version before did not have.</summary>
    public IEnumerable<(StoredVersion Version, string Uid)> References() => Versions
        .Select((version, i) => (version, before: i == 0 ? [] : Versions[i - 1].TenantUids))
        .SelectMany(pair => pair.version.TenantUids.Except(pair.before, StringComparer.Ordinal).Select(uid => (pair.version, uid)));

    /// <summary>How often one version followed another with another tenancy.</summary>
    public int Moves() => Versions.Zip(Versions.Skip(1)).Count(pair => pair.First.Tenancy != pair.Second.Tenancy);

    /// <summary>Whether it ever belonged to a tenant that was gone by then.</summary>
    /// <param name="gone">The revision at which each UID was gone.</param>
    public bool Outlived(ImmutableDictionary<string, long> gone) => Versions.Zip(Versions.Skip(1))
        .Any(
            pair => !pair.First.IsTerminating
                && pair.First.TenantUids.Any(uid => gone.TryGetValue(uid, out var end) && end < pair.Second.Revision));
}
