using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Kubernetes.Connections;

namespace AdmissionGuard.Kubernetes.Certificates;

/// <summary>The guard's own webhooks in the mutating and the validating configuration of one name, and whom the API server trusts for them.</summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="name">The configurations' name.</param>
public sealed class WebhookConfigurations(ClusterCalls calls, string name)
{
    // Others in a configuration of this name are left alone.
    private const string OwnSuffix = ".admissionguard.io";

    private static readonly ImmutableArray<string> Resources = ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"];

    /// <summary>The configurations' name.</summary>
    public string Name => name;

    /// <summary>Reads them; one that is absent has no webhooks.</summary>
    /// <param name="deadline">When an answer is no longer of use.</param>
    /// <returns>What they say, or why that can't be told.</returns>
    public async Task<WebhookReading> ReadAsync(Deadline deadline)
    {
        var readings = await Task.WhenAll(Resources.Select(resource => ReadAsync(resource, deadline)));
        return readings.FirstOrDefault(reading => reading.Unknown is not null) ?? new WebhookReading([.. readings.SelectMany(reading => reading.Webhooks)], null);
    }

    /// <summary>Has the API server trust an authority for each webhook that was read; where it does already, nothing is written.</summary>
    /// <param name="webhooks">The webhooks.</param>
    /// <param name="bundle">The authority, or several, PEM.</param>
    /// <param name="deadline">When an answer is no longer of use.</param>
    /// <returns>Why it failed; <see langword="null"/> where it did not.</returns>
    public async Task<string?> PublishAsync(ImmutableArray<Webhook> webhooks, string bundle, Deadline deadline)
    {
        foreach (var resource in webhooks.Where(webhook => webhook.Bundle != bundle).GroupBy(webhook => webhook.Resource, StringComparer.Ordinal))
        {
            if (await PatchAsync(resource.Key, resource, bundle, deadline) is { } why)
            {
                return $"{resource.Key} {name}: {why}";
            }
        }

        return null;
    }

    private Task<WebhookReading> ReadAsync(string resource, Deadline deadline) => calls.SendAsync(
        "get-webhooks",
        root => new HttpRequestMessage(HttpMethod.Get, PathOf(root, resource)),
        async (response, cancellation) =>
        {
            var answer = await JsonBody.ReadAsync(response, cancellation);
            return response.StatusCode switch
            {
                HttpStatusCode.OK when (string?)answer?["metadata"]?["name"] == name => new WebhookReading(WebhooksIn(resource, answer), null),
                HttpStatusCode.NotFound when (string?)answer?["reason"] == "NotFound" => new WebhookReading([], null),
                var code => new WebhookReading([], $"{resource} {name} can't be read: the API server answered {(int)code} to the guard"),
            };
        },
        why => new WebhookReading([], $"{resource} {name} can't be read: {why}"),
        deadline);

    private Task<string?> PatchAsync(string resource, IEnumerable<Webhook> webhooks, string bundle, Deadline deadline)
    {
        var operations = new JsonArray();
        foreach (var webhook in webhooks)
        {
            // It fails as a whole if the webhooks have changed places since they were read.
            operations.Add((JsonNode)new JsonObject { ["op"] = "test", ["path"] = $"/webhooks/{webhook.Index}/name", ["value"] = webhook.Name });
            operations.Add((JsonNode)new JsonObject
            {
                ["op"] = "add",
                ["path"] = $"/webhooks/{webhook.Index}/clientConfig/caBundle",
                ["value"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(bundle)),
            });
        }

        return calls.SendAsync(
            "patch-webhooks",
            root =>
            {
                var content = JsonBody.Of(operations);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/json-patch+json");
                return new HttpRequestMessage(HttpMethod.Patch, PathOf(root, resource)) { Content = content };
            },
            static (response, _) => Task.FromResult(response.IsSuccessStatusCode ? null : $"the API server answered {(int)response.StatusCode} to the guard"),
            static why => (string?)why,
            deadline);
    }

    private Uri PathOf(Uri root, string resource) => new(root, $"apis/admissionregistration.k8s.io/v1/{resource}/{name}");

    private static ImmutableArray<Webhook> WebhooksIn(string resource, JsonObject configuration) =>
    [
        .. (configuration["webhooks"] as JsonArray ?? []).Index()
            .Select(each => new Webhook(resource, each.Index, (string?)each.Item?["name"] ?? "", TextOf((string?)each.Item?["clientConfig"]?["caBundle"])))
            .Where(webhook => webhook.Name.EndsWith(OwnSuffix, StringComparison.Ordinal)),
    ];

    private static string TextOf(string? base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64 ?? ""));
}

/// <summary>A webhook of the guard's.</summary>
/// <param name="Resource">The plural of its configuration's kind.</param>
/// <param name="Index">Its place in it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Bundle">The authorities that the API server trusts for it, PEM; empty for the system's.</param>
public sealed record Webhook(string Resource, int Index, string Name, string Bundle);

/// <summary>What reading the configurations came to.</summary>
/// <param name="Webhooks">The guard's webhooks in them.</param>
/// <param name="Unknown">Why they can't be told; <see langword="null"/> where they can.</param>
public sealed record WebhookReading(ImmutableArray<Webhook> Webhooks, string? Unknown);
