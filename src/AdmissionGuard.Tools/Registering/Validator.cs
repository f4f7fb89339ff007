using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Registering;

/// <summary>The guard's validating webhook, as it is registered.</summary>
/// <param name="Index">Its place in the configuration.</param>
/// <param name="Node">Its content.</param>
internal sealed record Validator(int Index, JsonNode Node)
{
    public bool IsFail => Node.At("failurePolicy").Text() == "Fail";

    public bool HasAuthority => Node.At("clientConfig", "caBundle").Text() is { Length: > 0 };

    /// <summary>The namespace of its Service.</summary>
    public string Namespace => Node.At("clientConfig", "service", "namespace").Text() ?? "admissionguard-system";

    /// <summary>The path of a validating webhook configuration, from the API server's root.</summary>
    public static string PathOf(string name) =>
        $"apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/{Uri.EscapeDataString(name)}";

    /// <summary>Finds it in its configuration.</summary>
    /// <returns>The webhook; <see langword="null"/> if there is none.</returns>
    public static Validator? In(JsonObject configuration) => configuration.At("webhooks").Items()
        .Select((node, index) => new Validator(index, node))
        .FirstOrDefault(each => each.Node.At("name").Text() == GuardProbe.Validator);

    /// <summary>Sets its failurePolicy to Fail, unless another webhook has come into its place.</summary>
    /// <returns><see langword="null"/> if it was done, otherwise the failure.</returns>
    public async Task<ApiFailure?> FailAsync(ApiServerClient calls, string name, TimeProvider time, CancellationToken cancellation)
    {
        using var deadline = new Deadline(time, Deadline.Longest, cancellation);
        return await calls.SendAsync(
            ApiCall.PatchWebhooks,
            root =>
            {
                var patch = new JsonArray(
                    new JsonObject { ["op"] = "test", ["path"] = $"/webhooks/{Index}/name", ["value"] = GuardProbe.Validator },
                    new JsonObject { ["op"] = "replace", ["path"] = $"/webhooks/{Index}/failurePolicy", ["value"] = "Fail" });
                var content = new StringContent(patch.ToJsonString(), new MediaTypeHeaderValue("application/json-patch+json"));
                return new HttpRequestMessage(HttpMethod.Patch, new Uri(root, PathOf(name))) { Content = content };
            },
            static (response, _) => Task.FromResult(
                response.StatusCode is HttpStatusCode.OK ? null : ApiFailure.Answered((int)response.StatusCode)),
            static failure => (ApiFailure?)failure,
            deadline);
    }
}
