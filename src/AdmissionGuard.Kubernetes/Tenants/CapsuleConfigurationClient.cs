using System.Net;
using System.Text.Json;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Kubernetes.Client;

namespace AdmissionGuard.Kubernetes.Tenants;

/// <summary>Capsule's own configuration, read from the API server for each request that needs it.</summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="options">Which one it is, and whether the tenants are Capsule's at all.</param>
public sealed class CapsuleConfigurationClient(ApiServerClient calls, GuardOptions options) : ICapsule
{
    private readonly CapsuleConfigurationReference? _reference = CapsuleConfigurationReference.Of(options);
    private readonly string? _path = CapsuleConfigurationReference.Of(options)?.Path;

    /// <inheritdoc />
    public Task<CapsuleLookup> SettingsAsync(Deadline deadline) => _path is null
        ? Task.FromResult<CapsuleLookup>(CapsuleLookup.Known.Nothing)
        : calls.SendAsync(
            ApiCall.GetCapsuleConfiguration,
            root => new HttpRequestMessage(HttpMethod.Get, new Uri(root, _path)),
            ReadAsync,
            static failure => new CapsuleLookup.Unknown(failure),
            deadline);

    private async Task<CapsuleLookup> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                using (var body = await response.Content.ReadAsStreamAsync(cancellation))
                {
                    var configuration = await JsonSerializer.DeserializeAsync(
                        body, KubernetesJsonContext.Default.CapsuleConfigurationDto, cancellation);
                    return configuration is { Kind: CapsuleConfigurationReference.Kind, Metadata: { } metadata }
                        && metadata.Name == _reference?.Name
                        ? new CapsuleLookup.Known(configuration.ToSettings())
                        : new CapsuleLookup.Unknown(new ApiFailure(ApiFailureKind.OtherObject));
                }

            // Where Capsule's configuration is not installed, the API server does not serve its path, and says no more than 404.
            case HttpStatusCode.NotFound:
                return CapsuleLookup.Known.Nothing;
            default:
                return new CapsuleLookup.Unknown(ApiFailure.Answered((int)response.StatusCode));
        }
    }
}
