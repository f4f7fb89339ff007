using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Registering;

/// <summary>
/// Whether the validator answers the API server: a dry run of a write that the guard refuses in every mode comes back in its words.
/// </summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="tenant">What a tenant is.</param>
/// <param name="time">The clock.</param>
internal sealed class GuardProbe(ApiServerClient calls, TenantKind tenant, TimeProvider time)
{
    /// <summary>The validator's name, as in the API server's answer.</summary>
    public const string Validator = "validate.admissionguard.io";

    // No tenant can have it. The mutator is not called for a subresource, so the answer is the validator's.
    private const string Tenant = "No_Tenant";

    /// <summary>Asks once.</summary>
    /// <param name="name">The namespace that the dry run writes to.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns><see langword="null"/> if the guard answered, otherwise what came instead.</returns>
    public async Task<string?> AskAsync(string name, CancellationToken cancellation)
    {
        // The label alone is refused by the backstop, before the guard is called; with a reference it may be refused by a server
        // that protects ownerReferences, such as OpenShift's. No cluster refuses both before it calls the guard.
        var first = await AskAsync(name, Labels(), cancellation);
        return first is null ? null : await AskAsync(name, Both(), cancellation) is null ? null : first;
    }

    private async Task<string?> AskAsync(string name, JsonObject metadata, CancellationToken cancellation)
    {
        using var deadline = new Deadline(time, Deadline.Longest, cancellation);
        return await calls.SendAsync(
            ApiCall.Read("probe"),
            root =>
            {
                var body = new JsonObject { ["metadata"] = metadata.DeepClone() }.ToJsonString();
                var content = new StringContent(body, new MediaTypeHeaderValue("application/merge-patch+json"));
                var uri = new Uri(root, $"api/v1/namespaces/{Uri.EscapeDataString(name)}/status?dryRun=All");
                return new HttpRequestMessage(HttpMethod.Patch, uri) { Content = content };
            },
            ReadAsync,
            ApiFailureText.ForOperator,
            deadline);
    }

    private static async Task<string?> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.IsSuccessStatusCode)
        {
            return "the API server admitted what the guard refuses";
        }

        var message = MessageIn(await response.Content.ReadAsByteArrayAsync(cancellation));
        return message.Contains($"admission webhook \"{Validator}\" denied the request", StringComparison.Ordinal) ? null
            : response.StatusCode is HttpStatusCode.NotFound ? "the namespace of its Service does not exist"
            : $"the API server answered {(int)response.StatusCode}: {message}";
    }

    private static string MessageIn(byte[] body)
    {
        try
        {
            return StrictJson.Parse(body).At("message").Text() ?? "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private JsonObject Labels() => new() { ["labels"] = new JsonObject { [tenant.LabelKey] = Tenant } };

    private JsonObject Both()
    {
        var metadata = Labels();
        metadata["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = tenant.ApiVersion,
            ["kind"] = tenant.Kind,
            ["name"] = Tenant,
            ["uid"] = "00000000-0000-0000-0000-000000000000",
        });
        return metadata;
    }
}
