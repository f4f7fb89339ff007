using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>Every version that was ever stored of every object of one kind, as a watch of the API server tells it.</summary>
internal sealed class History : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<StoredVersion> _versions = new();
    private readonly ConcurrentDictionary<string, bool> _names = new(StringComparer.Ordinal);
    private readonly Task _reading;

    private History(ApiClient client, string path, JsonObject list)
    {
        foreach (var item in list["items"]!.AsArray())
        {
            Add("ADDED", item!.AsObject());
        }

        _reading = ReadAsync(client, path, list["metadata"]!["resourceVersion"]!.ToString());
    }

    public static async Task<History> StartAsync(ApiClient client, string path) =>
        new(client, path, (await client.SendAsync(HttpMethod.Get, path)).Ok());

    /// <summary>All versions up to the first of an object that was created after all else, oldest first.</summary>
    public async Task<ImmutableArray<StoredVersion>> UpToAsync(string marker, CancellationToken cancellation)
    {
        await Poll.UntilAsync(
            $"the watch to see {marker}",
            TimeSpan.FromMinutes(1),
            () => Task.FromResult(_names.ContainsKey(marker) || _reading.IsCompleted),
            cancellation);
        if (_reading.IsCompleted)
        {
            await _reading;
        }

        return [.. _versions.TakeWhile(version => version.Name != marker)];
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task ReadAsync(ApiClient client, string path, string from)
    {
        await foreach (var change in client.WatchAsync(path, from, _end.Token))
        {
            var type = change["type"]!.ToString();
            Add(
                type is not "ERROR" ? type : throw new InvalidOperationException($"the watch broke: {change.ToJsonString()}"),
                change["object"]!.AsObject());
        }

        throw new InvalidOperationException("the watch ended before it was to");
    }

    private void Add(string type, JsonObject stored)
    {
        var version = new StoredVersion(type, stored["metadata"]!.AsObject());
        _versions.Enqueue(version);
        _names[version.Name] = true;
    }
}

/// <summary>One stored version, or the end of an object.</summary>
/// <param name="Type"><c>ADDED</c>, <c>MODIFIED</c> or <c>DELETED</c>.</param>
/// <param name="Metadata">The metadata stored.</param>
internal sealed record StoredVersion(string Type, JsonObject Metadata)
{
    public string Name { get; } = Metadata["name"]!.ToString();

    public string Uid { get; } = Metadata["uid"]!.ToString();

    /// <summary>
    /// etcd's revision, one count for all that it keeps: of any two versions of any two objects, the smaller was stored first.
    /// </summary>
    public long Revision { get; } = long.Parse(Metadata["resourceVersion"]!.ToString(), CultureInfo.InvariantCulture);

    public bool IsTerminating { get; } = Metadata["deletionTimestamp"] is not null;

    /// <summary>The label, and each Tenant reference with its UID, as <see cref="Scene.TenancyOf"/> tells them.</summary>
    public string Tenancy { get; } = Scene.TenancyOf(Metadata);

    /// <summary>The UIDs of its Tenant references.</summary>
    public ImmutableArray<string> TenantUids { get; } =
        [.. Metadata["ownerReferences"]?.AsArray().Where(r => (string?)r!["kind"] == "Tenant").Select(r => r!["uid"]!.ToString()) ?? []];
}
