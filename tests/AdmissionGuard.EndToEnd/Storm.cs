using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>Many who write the same namespaces at once.</summary>
internal sealed class Storm : IDisposable
{
    private readonly ApiClient _mover;
    private readonly ApiClient _capsule;
    private readonly ImmutableArray<string> _namespaces;
    private readonly CancellationTokenSource _end;

    public Storm(ControlPlane plane, ImmutableArray<string> namespaces, TimeSpan duration)
    {
        _mover = new ApiClient(plane.KubectlAs("mover"));
        _capsule = new ApiClient(CapsulesAccount.Of(plane));
        _namespaces = namespaces;
        _end = new CancellationTokenSource(duration);
    }

    public ConcurrentQueue<StormWrite> Writes { get; } = new();

    public bool IsOver => _end.IsCancellationRequested;

    public IEnumerable<StormWrite> Accepted => Writes.Where(write => write.Answer.IsOk);

    /// <summary>
    /// Moves namespaces between tenants by a merge patch of the label, and of the reference too where a UID is given, until the storm is
    /// over.
    /// </summary>
    /// <param name="seed">What the writer's choices follow from.</param>
    /// <param name="tenants">The tenants.</param>
    /// <param name="uidOf">The UID to write of a tenant; <see langword="null"/> for the label alone.</param>
    public async Task MoveAsync(int seed, ImmutableArray<string> tenants, Func<string, string?> uidOf)
    {
        var random = new Random(seed);
        while (!IsOver)
        {
            var (name, tenant) = (_namespaces[random.Next(_namespaces.Length)], tenants[random.Next(tenants.Length)]);
            var (metadata, uid) = (new JsonObject { ["labels"] = LabelOf(tenant) }, uidOf(tenant));
            if (uid is not null)
            {
                metadata["ownerReferences"] = new JsonArray(Reference(tenant, uid));
            }

            var answer = await RecordAsync(
                _mover, HttpMethod.Patch, PathOf(name), new JsonObject { ["metadata"] = metadata }, uid ?? "", ApiClient.MergePatch);
            if (answer.Code is 404)
            {
                // Who finds it missing makes it anew.
                await RecordAsync(_mover, HttpMethod.Post, "/api/v1/namespaces", New(name, tenants[0]));
            }
        }
    }

    /// <summary>
    /// Does as Capsule's controller does: for each version that it has not seen, reads the namespace, sets the label to the
    /// tenant of its reference, puts a mark of its own and writes the whole back. Before that it tries the view that it had
    /// of the version before, as a controller with an old cache does.
    /// </summary>
    public async Task ReconcileAsync()
    {
        var seen = new Dictionary<string, long>(StringComparer.Ordinal);
        var views = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        try
        {
            await foreach (var change in _capsule.WatchAsync("/api/v1/namespaces", "0", _end.Token))
            {
                var version = new StoredVersion(change["type"]!.ToString(), change["object"]!["metadata"]!.AsObject());
                if (_namespaces.Contains(version.Name) && version.Revision > seen.GetValueOrDefault(version.Name))
                {
                    if (views.Remove(version.Name, out var old))
                    {
                        await RecordAsync(_capsule, HttpMethod.Put, PathOf(version.Name), old);
                    }

                    seen[version.Name] = await HealAsync(version.Name, views);
                }
            }
        }
        catch (OperationCanceledException) when (IsOver)
        {
            // The storm is over.
        }
    }

    /// <summary>How many writes came to what.</summary>
    public string Tally() => string.Join(", ", Writes
        .GroupBy(write => string.Create(CultureInfo.InvariantCulture, $"{write.Method} {write.Answer.Code}"), StringComparer.Ordinal)
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Key}: {group.Count()}")));

    public void Dispose()
    {
        _mover.Dispose();
        _capsule.Dispose();
        _end.Dispose();
    }

    private async Task<long> HealAsync(string name, Dictionary<string, JsonObject> views)
    {
        var read = await _capsule.SendAsync(HttpMethod.Get, PathOf(name));
        if (read.Code is 404)
        {
            return 0;
        }

        var whole = read.Ok();
        var metadata = whole["metadata"]!.AsObject();
        if (metadata["ownerReferences"]?.AsArray().FirstOrDefault()?["name"] is { } tenant)
        {
            metadata["labels"]![GuardedCluster.LabelKey] = tenant.DeepClone();
        }

        var revision = metadata["resourceVersion"]!.ToString();
        metadata["annotations"] = new JsonObject { ["example.com/reconciled"] = revision };
        var answer = await RecordAsync(_capsule, HttpMethod.Put, PathOf(name), whole);
        views[name] = whole;
        return answer.IsOk
            ? new StoredVersion("", answer.Object["metadata"]!.AsObject()).Revision
            : long.Parse(revision, CultureInfo.InvariantCulture);
    }

    private async Task<ApiAnswer> RecordAsync(
        ApiClient client, HttpMethod method, string path, JsonObject body, string uid = "", string type = "application/json")
    {
        var started = TimeProvider.System.GetTimestamp();
        var answer = await client.SendAsync(method, path, body, type);
        Writes.Enqueue(new StormWrite(method, uid, started, answer));
        return answer;
    }

    private static string PathOf(string name) => $"/api/v1/namespaces/{name}";

    private static JsonObject LabelOf(string tenant) => new() { [GuardedCluster.LabelKey] = tenant };

    public static JsonObject New(string name, string tenant) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Namespace",
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = LabelOf(tenant) },
    };

    public static JsonObject Reference(string tenant, string uid) => new()
    {
        ["apiVersion"] = "capsule.clastix.io/v1beta2",
        ["kind"] = "Tenant",
        ["name"] = tenant,
        ["uid"] = uid,
    };
}

/// <summary>One write of a storm.</summary>
/// <param name="Method">How it writes.</param>
/// <param name="Uid">The tenant's UID that it brings; empty for none.</param>
/// <param name="Started">When its request was sent.</param>
/// <param name="Answer">What the API server answered.</param>
internal sealed record StormWrite(HttpMethod Method, string Uid, long Started, ApiAnswer Answer)
{
    private readonly Lazy<StoredVersion> _stored = new(() => new StoredVersion("", Answer.Ok()["metadata"]!.AsObject()));

    /// <summary>The version that it was answered with: the one that it stored, or the one that said it all already.</summary>
    public StoredVersion Stored => _stored.Value;
}
