using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Kubernetes.Connections;
using k8s.Autorest;
using k8s.LeaderElection;

namespace AdmissionGuard.Kubernetes.Certificates;

/// <summary>A Lease as KubernetesClient's elector wants it, on the connection of now: its own lock keeps the client that it was made with.</summary>
internal sealed class LeaseLock(ClusterCalls calls, string @namespace, string name, string identity, TimeProvider time) : ILock
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.ffffffZ";
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(4);

    private readonly string _path = $"apis/coordination.k8s.io/v1/namespaces/{@namespace}/leases";
    private string? _version;

    public string Identity => identity;

    /// <returns>Who leads; <see langword="null"/> where there is no Lease.</returns>
    /// <exception cref="HttpOperationException">The API server can't be asked: what the elector takes for "not now".</exception>
    public async Task<LeaderElectionRecord> GetAsync(CancellationToken cancellationToken = default)
    {
        var (code, lease) = await SendAsync("get-lease", HttpMethod.Get, $"{_path}/{name}", null, cancellationToken);
        if (code is HttpStatusCode.NotFound)
        {
            return null!;
        }

        if (code is not HttpStatusCode.OK || lease is null)
        {
            using var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            throw new HttpOperationException("the Lease can't be read") { Response = new HttpResponseMessageWrapper(response, "") };
        }

        _version = (string?)lease["metadata"]?["resourceVersion"];
        var spec = lease["spec"];
        return new LeaderElectionRecord
        {
            // One that was let go of has none, and the elector would take that for no Lease at all.
            HolderIdentity = (string?)spec?["holderIdentity"] ?? "",
            LeaseDurationSeconds = (int?)spec?["leaseDurationSeconds"] ?? 1,
            AcquireTime = TimeIn(spec?["acquireTime"]),
            RenewTime = TimeIn(spec?["renewTime"]),
            LeaderTransitions = (int?)spec?["leaseTransitions"] ?? 0,
        };
    }

    public async Task<bool> CreateAsync(LeaderElectionRecord record, CancellationToken cancellationToken = default) =>
        (await SendAsync("create-lease", HttpMethod.Post, _path, Lease(record, null), cancellationToken)).Code is HttpStatusCode.Created;

    public async Task<bool> UpdateAsync(LeaderElectionRecord record, CancellationToken cancellationToken = default)
    {
        var (code, lease) = await SendAsync("update-lease", HttpMethod.Put, $"{_path}/{name}", Lease(record, _version), cancellationToken);
        _version = (string?)lease?["metadata"]?["resourceVersion"];
        return code is HttpStatusCode.OK;
    }

    public string Describe() => $"{@namespace}/{name}";

    /// <summary>Lets go of the Lease where it is held, so that the next one need not wait until it lapses.</summary>
    public async Task ReleaseAsync(CancellationToken cancellation)
    {
        if (await GetAsync(cancellation) is { } record && record.HolderIdentity == identity)
        {
            record.HolderIdentity = "";
            record.LeaseDurationSeconds = 1;
            record.RenewTime = time.GetUtcNow().UtcDateTime;
            await UpdateAsync(record, cancellation);
        }
    }

    private JsonObject Lease(LeaderElectionRecord record, string? version)
    {
        var metadata = new JsonObject { ["name"] = name, ["namespace"] = @namespace };
        if (version is not null)
        {
            metadata["resourceVersion"] = version;
        }

        var spec = new JsonObject
        {
            ["leaseDurationSeconds"] = record.LeaseDurationSeconds,
            ["acquireTime"] = Text(record.AcquireTime),
            ["renewTime"] = Text(record.RenewTime),
            ["leaseTransitions"] = record.LeaderTransitions,
        };
        if (record.HolderIdentity is { Length: > 0 })
        {
            spec["holderIdentity"] = record.HolderIdentity;
        }

        return new JsonObject { ["apiVersion"] = "coordination.k8s.io/v1", ["kind"] = "Lease", ["metadata"] = metadata, ["spec"] = spec };
    }

    private async Task<(HttpStatusCode? Code, JsonObject? Lease)> SendAsync(string call, HttpMethod method, string path, JsonObject? body, CancellationToken cancellation)
    {
        using var deadline = new Deadline(time, Budget, cancellation);
        return await calls.SendAsync<(HttpStatusCode?, JsonObject?)>(
            call,
            root => new HttpRequestMessage(method, new Uri(root, path)) { Content = body is null ? null : JsonBody.Of(body) },
            static async (response, reading) => (response.StatusCode, await JsonBody.ReadAsync(response, reading)),
            static _ => (null, null),
            deadline);
    }

    private static string? Text(DateTime? moment) => moment?.ToUniversalTime().ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static DateTime TimeIn(JsonNode? node) =>
        DateTime.TryParse((string?)node, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var moment) ? moment : DateTime.UnixEpoch;
}
