using System.Net;
using System.Text.Json;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Kubernetes.Connections;

namespace AdmissionGuard.Kubernetes.Tenants;

/// <summary>The CapsuleConfiguration called <c>default</c>, read from the API server for each request that needs it.</summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="kind">What a tenant is: the configuration is of the same group and version.</param>
public sealed class LiveCapsule(ClusterCalls calls, TenantKind kind) : ICapsule
{
    private readonly string _path = $"apis/{kind.Group}/{kind.Version}/capsuleconfigurations/default";

    /// <inheritdoc />
    public Task<CapsuleLookup> SettingsAsync(Deadline deadline) => calls.SendAsync(
        "get-capsule-configuration",
        root => new HttpRequestMessage(HttpMethod.Get, new Uri(root, _path)),
        ReadAsync,
        static why => new CapsuleLookup.Unknown(why),
        deadline);

    private static async Task<CapsuleLookup> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                using (var body = await response.Content.ReadAsStreamAsync(cancellation))
                {
                    return new CapsuleLookup.Known((await JsonSerializer.DeserializeAsync(body, Wire.Default.CapsuleConfigurationWire, cancellation))?.Spec.ToSettings() ?? CapsuleSettings.None);
                }

            // Without Capsule's own resource, or the right to read it, the guard works with the Tenants alone.
            case HttpStatusCode.NotFound or HttpStatusCode.Forbidden:
                return CapsuleLookup.Known.Nothing;
            default:
                return new CapsuleLookup.Unknown($"the API server answered {(int)response.StatusCode} to the guard");
        }
    }
}
