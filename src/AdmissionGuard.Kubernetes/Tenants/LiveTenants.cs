using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Kubernetes.Connections;

namespace AdmissionGuard.Kubernetes.Tenants;

/// <summary>Tenants, read from the API server for each request; a read without a resourceVersion is as new as etcd.</summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="kind">What a tenant is.</param>
public sealed class LiveTenants(ClusterCalls calls, TenantKind kind) : ITenants
{
    private const int MostNames = 500;

    private readonly string _path = $"apis/{kind.Group}/{kind.Version}/{kind.Plural}";

    /// <inheritdoc />
    public Task<TenantLookup> FindAsync(string name, Deadline deadline) =>
        !TenantName.IsValid(name)
            ? throw new ArgumentException($"not a tenant's name: {name}", nameof(name))
            : calls.SendAsync(
                ApiCall.GetTenant,
                root => new HttpRequestMessage(HttpMethod.Get, new Uri(root, $"{_path}/{Uri.EscapeDataString(name)}")),
                (response, cancellation) => ReadAsync(name, response, cancellation),
                static failure => new TenantLookup.Unknown(failure.Words),
                deadline);

    /// <inheritdoc />
    public Task<ImmutableArray<string>> NamesAsync(Deadline deadline) => calls.SendAsync(
        ApiCall.ListTenants,
        root =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, new Uri(root, $"{_path}?limit={MostNames}"));
            request.Headers.TryAddWithoutValidation("Accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
            return request;
        },
        ReadNamesAsync,
        static _ => [],
        deadline);

    private async Task<TenantLookup> ReadAsync(string name, HttpResponseMessage response, CancellationToken cancellation)
    {
        using var body = await response.Content.ReadAsStreamAsync(cancellation);
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                var tenant = await JsonSerializer.DeserializeAsync(body, Wire.Default.TenantWire, cancellation);
                return tenant?.Kind == kind.Kind && tenant.ApiVersion == kind.ApiVersion && tenant.Metadata is { Uid.Length: > 0 } metadata && metadata.Name == name
                    ? new TenantLookup.Found(tenant.ToTenant(name, metadata.Uid))
                    : new TenantLookup.Unknown("the API server answered with another object");
            case HttpStatusCode.NotFound:
                return await NotFoundStatus.NamesAsync(body, kind.Group, kind.Plural, name, cancellation)
                    ? new TenantLookup.Absent()
                    : new TenantLookup.Unknown($"the API server does not serve {kind.Resource}; is its CRD installed?");
            default:
                return new TenantLookup.Unknown($"the API server answered {(int)response.StatusCode} to the guard");
        }
    }

    private static async Task<ImmutableArray<string>> ReadNamesAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.StatusCode is not HttpStatusCode.OK)
        {
            return [];
        }

        using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var list = await JsonSerializer.DeserializeAsync(body, Wire.Default.TenantListWire, cancellation);
        return [.. (list?.Items ?? []).Select(item => item.Metadata?.Name).OfType<string>()];
    }
}
