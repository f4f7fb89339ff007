using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>Deletes a tenant, orphaning what it owns, and creates it again under the same name, repeatedly, until the storm ends.</summary>
internal sealed class TenantRecreations(ApiClient admin, string tenant, string firstUid)
{
    private const string Path = "/apis/capsule.clastix.io/v1beta2/tenants";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public string Tenant => tenant;

    /// <summary>When each of its UIDs was seen to be gone: a time of <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public ConcurrentDictionary<string, long> GoneAt { get; } = new(StringComparer.Ordinal);

    /// <summary>All UIDs that it ever had, the first one first.</summary>
    public ConcurrentQueue<string> Uids { get; } = new([firstUid]);

    public async Task RunAsync(Storm storm, int joiners, CancellationToken cancellation)
    {
        var uid = firstUid;
        while (true)
        {
            await Poll.UntilAsync(
                $"namespaces to join {tenant}",
                Limit,
                () => Task.FromResult(storm.IsOver || storm.Accepted.Count(write => write.Stored.TenantUids.Contains(uid)) >= joiners),
                cancellation);
            if (storm.IsOver)
            {
                return;
            }

            (await admin.SendAsync(
                HttpMethod.Delete,
                $"{Path}/{tenant}",
                new JsonObject { ["kind"] = "DeleteOptions", ["apiVersion"] = "v1", ["propagationPolicy"] = "Orphan" })).Ok();
            await Poll.UntilAsync(
                $"the end of {tenant}",
                Limit,
                async () => (await admin.SendAsync(HttpMethod.Get, $"{Path}/{tenant}")).Code is 404,
                cancellation);
            GoneAt[uid] = TimeProvider.System.GetTimestamp();
            uid = (await admin.SendAsync(HttpMethod.Post, Path, new JsonObject
            {
                ["apiVersion"] = "capsule.clastix.io/v1beta2",
                ["kind"] = "Tenant",
                ["metadata"] = new JsonObject { ["name"] = tenant },
            })).Ok()["metadata"]!["uid"]!.ToString();
            Uids.Enqueue(uid);
        }
    }

    /// <summary>The revision at which each UID's deletion began, and at which it was gone.</summary>
    public static (ImmutableDictionary<string, long> Dying, ImmutableDictionary<string, long> Gone) Ends(IEnumerable<StoredVersion> tenants)
    {
        var all = tenants.ToList();
        return (
            all.Where(t => t.IsTerminating).GroupBy(t => t.Uid).ToImmutableDictionary(t => t.Key, t => t.Min(v => v.Revision)),
            all.Where(t => t.Type is "DELETED").ToImmutableDictionary(t => t.Uid, t => t.Revision));
    }
}
