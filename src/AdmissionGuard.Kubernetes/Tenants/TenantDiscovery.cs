using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Kubernetes.Client;

namespace AdmissionGuard.Kubernetes.Tenants;

/// <summary>
/// Finds out what a 404 that names no tenant means. Where the resource is not served the API server answers
/// <c>404 page not found</c>, as any proxy could; so the discovery API is called live, and only an API server's response counts.
/// </summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="kind">What a tenant is.</param>
internal sealed class TenantDiscovery(ApiServerClient calls, TenantKind kind)
{
    // Every API server with CustomResourceDefinitions lists their own group.
    private const string DefinitionsGroup = "apiextensions.k8s.io";

    /// <summary>Asks whether tenants are served.</summary>
    /// <param name="deadline">The deadline for the result.</param>
    /// <returns><see cref="TenantLookup.NotServed"/> where the API server says that they are not; else nothing is known.</returns>
    public async Task<TenantLookup> ExplainNotFoundAsync(Deadline deadline)
    {
        var resources = await GetAsync($"apis/{kind.ApiVersion}", KubernetesJsonContext.Default.ResourceListDto, deadline);
        if (resources is not ReadResult<ResourceListDto>.NotFound)
        {
            return resources is ReadResult<ResourceListDto>.Found { Value: { Kind: "APIResourceList", Resources: { } served } list }
                && list.GroupVersion == kind.ApiVersion
                && !served.Any(each => each?.Name == kind.Plural)
                ? new TenantLookup.NotServed()
                : Unknown(resources);
        }

        // The last resource of a version takes the version along, and the last version the group.
        var groups = await GetAsync("apis", KubernetesJsonContext.Default.GroupListDto, deadline);
        return groups is ReadResult<GroupListDto>.Found { Value: { Kind: "APIGroupList", Groups: { } all } }
            && all.Any(group => group?.Name == DefinitionsGroup)
            && !all.Any(IsKinds)
            ? new TenantLookup.NotServed()
            : Unknown(groups);
    }

    private bool IsKinds(GroupDto? group) =>
        group?.Name == kind.Group && (group.Versions ?? []).Any(each => each?.Version == kind.Version);

    // Where discovery does not tell either, what is known is still the 404 that named no tenant.
    private static TenantLookup.Unknown Unknown<T>(ReadResult<T> discovered) =>
        new(discovered is ReadResult<T>.Failed failed
            ? failed.Failure
            : new ApiFailure(ApiFailureKind.UnnamedNotFound, (int)HttpStatusCode.NotFound));

    private Task<ReadResult<T>> GetAsync<T>(string path, JsonTypeInfo<T> type, Deadline deadline)
        where T : class => calls.ReadAsync(
            ApiCall.DiscoverTenants,
            root => new HttpRequestMessage(HttpMethod.Get, new Uri(root, path)),
            (response, cancellation) => ReadAsync(response, type, cancellation),
            deadline);

    private static async Task<ReadResult<T>> ReadAsync<T>(
        HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                using (var body = await response.Content.ReadAsStreamAsync(cancellation))
                {
                    return await JsonSerializer.DeserializeAsync(body, type, cancellation) is { } read
                        ? new ReadResult<T>.Found(read)
                        : new ReadResult<T>.Failed(new ApiFailure(ApiFailureKind.OtherObject));
                }

            case HttpStatusCode.NotFound:
                return new ReadResult<T>.NotFound(IsServed: false);
            default:
                return new ReadResult<T>.Failed(ApiFailure.Answered((int)response.StatusCode));
        }
    }
}
