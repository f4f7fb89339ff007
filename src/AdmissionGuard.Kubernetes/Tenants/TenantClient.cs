using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Listing;

namespace AdmissionGuard.Kubernetes.Tenants;

/// <summary>Tenants, read from the API server for each request; a read without a resourceVersion is as new as etcd.</summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="kind">What a tenant is.</param>
public sealed class TenantClient(ApiServerClient calls, TenantKind kind) : ITenants
{
    // With more tenants than this, suggestions are not helpful, and the list would be expensive.
    private const int MostPages = 20;

    private readonly TenantDiscovery _discovery = new(calls, kind);
    private readonly MetadataPages _pages = new(calls);

    /// <inheritdoc />
    public async Task<TenantLookup> FindAsync(string name, Deadline deadline)
    {
        if (!TenantName.IsValid(name))
        {
            throw new ArgumentException($"not a tenant name: {name}", nameof(name));
        }

        var found = await calls.SendAsync(
            ApiCall.GetTenant,
            root => new HttpRequestMessage(HttpMethod.Get, new Uri(root, kind.PathOf(name))),
            (response, cancellation) => ReadAsync(name, response, cancellation),
            static failure => new TenantLookup.Unknown(failure),
            deadline);
        return found ?? await _discovery.ExplainNotFoundAsync(deadline);
    }

    /// <inheritdoc />
    public async Task<ImmutableArray<string>> NamesAsync(Deadline deadline)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        var next = "";
        for (var read = 0; read < MostPages; read++)
        {
            var result = await _pages.ReadAsync(ApiCall.ListTenants, kind.Path, kind.Kind, MetadataPages.Size, next, deadline);
            if (result is not ReadResult<MetadataPage>.Found { Value: var page })
            {
                return [];
            }

            names.AddRange(page.Items.Select(static item => item.Name).OfType<string>());
            next = page.Next;
            if (next.Length == 0)
            {
                return names.DrainToImmutable();
            }
        }

        return [];
    }

    /// <returns>What was found; <see langword="null"/> for a 404 that does not name the tenant.</returns>
    private async Task<TenantLookup?> ReadAsync(string name, HttpResponseMessage response, CancellationToken cancellation)
    {
        using var body = await response.Content.ReadAsStreamAsync(cancellation);
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                var tenant = await JsonSerializer.DeserializeAsync(body, KubernetesJsonContext.Default.TenantDto, cancellation);
                return tenant?.Kind == kind.Kind
                    && tenant.ApiVersion == kind.ApiVersion
                    && tenant.Metadata is { Uid.Length: > 0 } metadata
                    && metadata.Name == name
                    ? new TenantLookup.Found(tenant.ToTenant(name, metadata.Uid))
                    : new TenantLookup.Unknown(new ApiFailure(ApiFailureKind.OtherObject));
            case HttpStatusCode.NotFound:
                return await NotFoundStatus.NamesAsync(body, kind.Group, kind.Plural, name, cancellation)
                    ? new TenantLookup.Absent()
                    : null;
            default:
                return new TenantLookup.Unknown(ApiFailure.Answered((int)response.StatusCode));
        }
    }
}
