using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Diagnosing.Probing;

/// <summary>
/// Sends a request that the guard refuses in every mode, whoever sends it: a namespace gets an ownerReference to another kind of the
/// tenants' group. It is a dry run, so that nothing is stored even if nobody refuses it. The backstop ignores such a reference. A server
/// with <c>OwnerReferencesPermissionEnforcement</c> requires <c>delete</c> on what is patched, with its subresource.
/// </summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="time">The clock.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed partial class AdmissionProbe(ApiServerClient calls, TimeProvider time, CancellationToken cancellation)
{
    private const int MaxReason = 300;

    private static readonly ApiCall Call = ApiCall.Read("admission-probe") with { ReadsErrors = true };

    /// <summary>Sends it.</summary>
    /// <param name="namespace">The namespace.</param>
    /// <param name="subResource">A subresource of it; empty for none.</param>
    /// <param name="tenant">What a tenant is.</param>
    public async Task<ProbeAnswer> SendAsync(string @namespace, string subResource, TenantKind tenant)
    {
        var path = $"api/v1/namespaces/{Uri.EscapeDataString(@namespace)}{(subResource.Length == 0 ? "" : $"/{subResource}")}?dryRun=All";
        using var deadline = new Deadline(time, ClusterReader.Budget, cancellation);
        return await calls.SendAsync(
            Call,
            root => new HttpRequestMessage(HttpMethod.Patch, new Uri(root, path)) { Content = BodyOf(tenant) },
            ReadAsync,
            static failure => new ProbeAnswer.Other(ApiFailureText.ForReader(failure)),
            deadline);
    }

    /// <summary>The message of an API server, read for what became of the probe.</summary>
    /// <param name="code">The HTTP status code.</param>
    /// <param name="message">The message of its <c>Status</c>.</param>
    internal static ProbeAnswer Read(int code, string message)
    {
        if (code is >= 200 and < 300)
        {
            return new ProbeAnswer.Admitted();
        }

        if (Denied().Match(message) is { Success: true } denied)
        {
            var words = denied.Groups["words"].Value;
            return new ProbeAnswer.Refused(
                denied.Groups["name"].Value,
                MessageText.Cut(words, MaxReason),
                words.Contains(Transition.OtherKindRefused, StringComparison.Ordinal));
        }

        return Failed().Match(message) is { Success: true } failed
            ? new ProbeAnswer.NotAnswered(failed.Groups["name"].Value, MessageText.Cut(failed.Groups["words"].Value, MaxReason))
            : code == 403 && message.Contains(" cannot patch ", StringComparison.Ordinal) ? new ProbeAnswer.NotPermitted()
            : new ProbeAnswer.Other(
                MessageText.Cut(string.Create(CultureInfo.InvariantCulture, $"the API server answered {code}: {message}"), MaxReason));
    }

    private static ByteArrayContent BodyOf(TenantKind tenant)
    {
        var body = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["ownerReferences"] = new JsonArray(new JsonObject
                {
                    ["apiVersion"] = tenant.ApiVersion,
                    ["kind"] = $"{tenant.Kind}Probe",
                    ["name"] = "admissionguard-doctor",
                    // Of no object. Should the request be stored all the same, the reference could be recognized.
                    ["uid"] = "00000000-0000-4000-8000-000000000000",
                }),
            },
        };
        return new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()))
        {
            // This adds the reference to those that are there.
            Headers = { ContentType = new MediaTypeHeaderValue("application/strategic-merge-patch+json") },
        };
    }

    private static async Task<ProbeAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var message = "";
        try
        {
            message = StrictJson.Parse(await response.Content.ReadAsByteArrayAsync(cancellation)).At("message").Text() ?? "";
        }
        catch (JsonException)
        {
            // A proxy between may answer with something else; the code is known.
        }

        return Read((int)response.StatusCode, message);
    }

    [GeneratedRegex(
        "admission webhook \"(?<name>[^\"]+)\" denied the request(: (?<words>.*))?$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Denied();

    // Before Kubernetes 1.22 the reason follows immediately.
    [GeneratedRegex(
        "failed calling webhook \"(?<name>[^\"]+)\": (failed to call webhook: )?(?<words>.*)$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Failed();
}
