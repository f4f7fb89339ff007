using System.Globalization;
using System.Net;
using System.Text.Json;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes.Client;
using k8s.Autorest;
using k8s.LeaderElection;

namespace AdmissionGuard.Kubernetes.LeaderElection;

/// <summary>
/// A Lease as KubernetesClient's elector wants it, on the connection of now: its own lock keeps the client that it was made with.
/// </summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="namespace">The Lease's namespace.</param>
/// <param name="name">Its name.</param>
/// <param name="identity">Who wants to hold it.</param>
/// <param name="time">The clock.</param>
/// <param name="tell">Receives errors in the API server's answers, which the elector does not report.</param>
internal sealed class LeaseLock(
    ApiServerClient calls, string @namespace, string name, string identity, TimeProvider time, Action<string> tell) : ILock
{
    private const string Group = "coordination.k8s.io";
    private const string Plural = "leases";
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.ffffffZ";
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(4);

    private readonly string _path = $"apis/{Group}/v1/namespaces/{@namespace}/{Plural}";
    private string? _version;

    public string Identity => identity;

    /// <returns>Who leads; <see langword="null"/> if there is no Lease.</returns>
    /// <exception cref="HttpOperationException">The API server can't be called; the elector retries later.</exception>
    public async Task<LeaderElectionRecord> GetAsync(CancellationToken cancellationToken = default)
    {
        _version = null;
        switch (await SendAsync(ApiCall.GetLease, HttpMethod.Get, $"{_path}/{name}", null, cancellationToken))
        {
            case { Lease: { Spec: var spec } lease }:
                _version = lease.Metadata?.ResourceVersion;
                return new LeaderElectionRecord
                {
                    // A released Lease has no holder, and the elector would treat that as a missing Lease.
                    HolderIdentity = spec?.HolderIdentity ?? "",
                    LeaseDurationSeconds = spec?.LeaseDurationSeconds ?? 1,
                    AcquireTime = TimeIn(spec?.AcquireTime),
                    RenewTime = TimeIn(spec?.RenewTime),
                    LeaderTransitions = spec?.LeaseTransitions ?? 0,
                };
            case { IsAbsent: true }:
                return null!;
            default:
                using (var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable))
                {
                    throw new HttpOperationException("the Lease can't be read") { Response = new HttpResponseMessageWrapper(response, "") };
                }
        }
    }

    public async Task<bool> CreateAsync(LeaderElectionRecord record, CancellationToken cancellationToken = default) =>
        (await SendAsync(ApiCall.CreateLease, HttpMethod.Post, _path, Lease(record, version: null), cancellationToken)).Lease is not null;

    /// <returns>Whether it was written. Never over what another client wrote: the version that was read last goes with it, once.</returns>
    public async Task<bool> UpdateAsync(LeaderElectionRecord record, CancellationToken cancellationToken = default)
    {
        var version = _version;
        _version = null;
        if (!ResourceVersion.IsConditional(version))
        {
            tell("it can't be written, because it was not read before");
            return false;
        }

        var lease = (await SendAsync(
            ApiCall.UpdateLease, HttpMethod.Put, $"{_path}/{name}", Lease(record, version), cancellationToken)).Lease;
        _version = lease?.Metadata?.ResourceVersion;
        return lease is not null;
    }

    public string Describe() => $"{@namespace}/{name}";

    /// <summary>Releases the Lease if it is held, so that the next leader need not wait until it expires.</summary>
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

    private LeaseDto Lease(LeaderElectionRecord record, string? version) => new(
        $"{Group}/v1",
        "Lease",
        new VersionedMetadataDto(name, @namespace, version, Annotations: null),
        new LeaseSpecDto(
            record.HolderIdentity is { Length: > 0 } holder ? holder : null,
            record.LeaseDurationSeconds,
            Text(record.AcquireTime),
            Text(record.RenewTime),
            record.LeaderTransitions));

    private async Task<Answer> SendAsync(ApiCall call, HttpMethod method, string path, LeaseDto? body, CancellationToken cancellation)
    {
        using var deadline = new Deadline(time, Budget, cancellation);
        return await calls.SendAsync(
            call,
            root => new HttpRequestMessage(
                method, new Uri(root, path)) { Content = body is null ? null : JsonBody.Of(body, KubernetesJsonContext.Default.LeaseDto) },
            ReadAsync,
            static _ => default,
            deadline);
    }

    private async Task<Answer> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using var body = await response.Content.ReadAsStreamAsync(cancellation);
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK or HttpStatusCode.Created:
                var lease = await JsonSerializer.DeserializeAsync(body, KubernetesJsonContext.Default.LeaseDto, cancellation);
                if (lease is { Kind: "Lease", Metadata: { } metadata } && metadata.Name == name && metadata.Namespace == @namespace
                    && ResourceVersion.IsConditional(metadata.ResourceVersion))
                {
                    return new Answer(lease, IsAbsent: false);
                }

                tell("the API server returned an unexpected object");
                return default;
            case HttpStatusCode.NotFound when await NotFoundStatus.NamesAsync(body, Group, Plural, name, cancellation):
                return new Answer(Lease: null, IsAbsent: true);
            case HttpStatusCode.Conflict:
                // Another replica was faster, which is normal.
                return default;
            default:
                tell($"the API server answered {(int)response.StatusCode} to the guard");
                return default;
        }
    }

    private static string? Text(DateTime? moment) => moment?.ToUniversalTime().ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static DateTime TimeIn(string? text) =>
        DateTime.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal,
            out var moment) ? moment : DateTime.UnixEpoch;

    private readonly record struct Answer(LeaseDto? Lease, bool IsAbsent);
}
