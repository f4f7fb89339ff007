using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes.Client;

namespace AdmissionGuard.Kubernetes.Webhooks;

/// <summary>
/// The guard's own webhooks in the mutating and the validating configuration of one name, and the authorities that the API server trusts
/// for them.
/// </summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="name">The configurations' name.</param>
public sealed class WebhookConfigurations(ApiServerClient calls, string name)
{
    // Others in a configuration of this name are left alone.
    private const string OwnSuffix = ".admissionguard.io";

    private const string Group = "admissionregistration.k8s.io";

    private static readonly ImmutableArray<(string Plural, string Kind)> Resources =
    [
        ("mutatingwebhookconfigurations", "MutatingWebhookConfiguration"),
        ("validatingwebhookconfigurations", "ValidatingWebhookConfiguration"),
    ];

    /// <summary>The configurations' name.</summary>
    public string Name => name;

    /// <summary>Reads them; one that is absent has no webhooks.</summary>
    /// <param name="deadline">The deadline for the result.</param>
    /// <returns>The webhooks, or the failure.</returns>
    public async Task<WebhookReading> ReadAsync(Deadline deadline)
    {
        var readings = await Task.WhenAll(Resources.Select(resource => ReadAsync(resource.Plural, resource.Kind, deadline)));
        return readings.FirstOrDefault(reading => reading.Failure is not null)
            ?? new WebhookReading([.. readings.SelectMany(reading => reading.Webhooks)], null);
    }

    /// <summary>Publishes an authority for each webhook that was read; if it is published already, nothing is written.</summary>
    /// <param name="webhooks">The webhooks.</param>
    /// <param name="bundle">The authority, or several, PEM.</param>
    /// <param name="deadline">The deadline for the result.</param>
    /// <returns>Why it failed; <see langword="null"/> if it did not.</returns>
    public async Task<WebhookFailure?> PublishAsync(ImmutableArray<Webhook> webhooks, string bundle, Deadline deadline)
    {
        foreach (var resource in webhooks.Where(webhook => webhook.Bundle != bundle)
            .GroupBy(webhook => webhook.Resource, StringComparer.Ordinal))
        {
            if (await PatchAsync(resource, bundle, deadline) is { } failure)
            {
                return new WebhookFailure(resource.Key, failure);
            }
        }

        return null;
    }

    private Task<WebhookReading> ReadAsync(string plural, string kind, Deadline deadline) => calls.SendAsync(
        ApiCall.GetWebhooks,
        root => new HttpRequestMessage(HttpMethod.Get, PathOf(root, plural)),
        async (response, cancellation) =>
        {
            using var body = await response.Content.ReadAsStreamAsync(cancellation);
            switch (response.StatusCode)
            {
                case HttpStatusCode.OK:
                    var read = await JsonSerializer.DeserializeAsync(
                        body, KubernetesJsonContext.Default.WebhookConfigurationDto, cancellation);
                    return read is { Metadata: { } metadata }
                        && read.Kind == kind
                        && metadata.Name == name
                        && ResourceVersion.IsConditional(metadata.ResourceVersion)
                        ? new WebhookReading(WebhooksIn(plural, read, metadata.ResourceVersion), null)
                        : new WebhookReading([], new WebhookFailure(plural, new ApiFailure(ApiFailureKind.OtherObject)));
                case HttpStatusCode.NotFound when await NotFoundStatus.NamesAsync(body, Group, plural, name, cancellation):
                    return new WebhookReading([], null);
                case var code:
                    return new WebhookReading([], new WebhookFailure(plural, ApiFailure.Answered((int)code)));
            }
        },
        failure => new WebhookReading([], new WebhookFailure(plural, failure)),
        deadline);

    private Task<ApiFailure?> PatchAsync(IGrouping<string, Webhook> webhooks, string bundle, Deadline deadline)
    {
        // It fails as a whole if another client wrote the configuration since it was read, as a later leader may have done.
        var operations = new JsonArray(
            new JsonObject { ["op"] = "test", ["path"] = "/metadata/resourceVersion", ["value"] = webhooks.First().ResourceVersion });
        foreach (var webhook in webhooks)
        {
            operations.Add(
                (JsonNode)new JsonObject { ["op"] = "test", ["path"] = $"/webhooks/{webhook.Index}/name", ["value"] = webhook.Name });
            operations.Add((JsonNode)new JsonObject
            {
                ["op"] = "add",
                ["path"] = $"/webhooks/{webhook.Index}/clientConfig/caBundle",
                ["value"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(bundle)),
            });
        }

        return calls.SendAsync(
            ApiCall.PatchWebhooks,
            root =>
            {
                var content = JsonBody.Of(operations);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/json-patch+json");
                return new HttpRequestMessage(HttpMethod.Patch, PathOf(root, webhooks.Key)) { Content = content };
            },
            static (response, _) => Task.FromResult(response.StatusCode switch
            {
                >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => null,
                HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity =>
                    new ApiFailure(ApiFailureKind.Conflict, (int)response.StatusCode),
                var code => ApiFailure.Answered((int)code),
            }),
            static failure => (ApiFailure?)failure,
            deadline);
    }

    private Uri PathOf(Uri root, string resource) => new(root, $"apis/{Group}/v1/{resource}/{name}");

    private static ImmutableArray<Webhook> WebhooksIn(string plural, WebhookConfigurationDto configuration, string version) =>
    [
        .. (configuration.Webhooks ?? []).Index()
            .Select(
                each => new Webhook(
                    plural, each.Index, each.Item?.Name ?? "", Encoding.UTF8.GetString(each.Item?.ClientConfig?.CaBundle ?? []), version))
            .Where(webhook => webhook.Name.EndsWith(OwnSuffix, StringComparison.Ordinal)),
    ];
}

/// <summary>A webhook of the guard's.</summary>
/// <param name="Resource">The plural of its configuration's kind.</param>
/// <param name="Index">Its place in it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Bundle">The authorities that the API server trusts for it, PEM; empty for the system's.</param>
/// <param name="ResourceVersion">The version of its configuration when it was read.</param>
public sealed record Webhook(string Resource, int Index, string Name, string Bundle, string ResourceVersion);

/// <summary>The result of reading the configurations.</summary>
/// <param name="Webhooks">The guard's webhooks in them.</param>
/// <param name="Failure">The failure; <see langword="null"/> if they were read.</param>
public sealed record WebhookReading(ImmutableArray<Webhook> Webhooks, WebhookFailure? Failure);

/// <summary>One of the two configurations could not be read or written.</summary>
/// <param name="Resource">The plural of its kind.</param>
/// <param name="Failure">The failure.</param>
public sealed record WebhookFailure(string Resource, ApiFailure Failure);
