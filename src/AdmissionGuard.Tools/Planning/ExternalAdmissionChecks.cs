using System.Text.Json.Nodes;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Transitions;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Capsule;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;
using AdmissionGuard.Tools.Planning.Rights;

namespace AdmissionGuard.Tools.Planning;

/// <summary>Predicts the admission checks besides the guard.</summary>
/// <param name="reader">Reads the cluster.</param>
/// <param name="capsule">Reads the CapsuleConfiguration that the guard reads; <see langword="null"/> if none is configured.</param>
/// <param name="user">The user.</param>
/// <param name="time">The clock.</param>
internal sealed class ExternalAdmissionChecks(ClusterReader reader, ICapsule? capsule, UserInfo user, TimeProvider time)
{
    private const string Webhooks = "apis/admissionregistration.k8s.io/v1";

    /// <summary>Every webhook that is registered.</summary>
    public static async Task<ReadResult<IReadOnlyList<JsonNode>>> WebhooksAsync(ClusterReader reader)
    {
        var (mutating, validating) = (reader.ListAsync(
            $"{Webhooks}/mutatingwebhookconfigurations"), reader.ListAsync($"{Webhooks}/validatingwebhookconfigurations"));
        return (await mutating, await validating) switch
        {
            (ReadResult<IReadOnlyList<JsonNode>>.Found first, ReadResult<IReadOnlyList<JsonNode>>.Found second) =>
                new ReadResult<IReadOnlyList<JsonNode>>.Found(
                    [.. first.Value.Concat(second.Value).SelectMany(configuration => configuration.At("webhooks").Items())]),
            (not ReadResult<IReadOnlyList<JsonNode>>.Found and var failed, _) => failed,
            (_, var failed) => failed,
        };
    }

    /// <summary>The namespace that the guard runs in, by its validator's Service; <see langword="null"/> if that is not known.</summary>
    public static string? GuardNamespace(ReadResult<IReadOnlyList<JsonNode>> webhooks)
    {
        var registered = webhooks is ReadResult<IReadOnlyList<JsonNode>>.Found read ? read.Value : [];
        var validator = registered.FirstOrDefault(webhook => webhook.At("name").Text() == ExpectedWebhook.Validator.Name);
        return validator.At("clientConfig", "service", "namespace").Text();
    }

    /// <summary>The prediction for Capsule.</summary>
    public async Task<Prediction> CapsuleAsync(
        ReadResult<IReadOnlyList<JsonNode>> webhooks, TransitionKind transition, CancellationToken cancellation)
    {
        if (webhooks is not ReadResult<IReadOnlyList<JsonNode>>.Found { Value: var registered })
        {
            return CapsulePrediction.Unreadable(
                "the webhook configurations",
                webhooks is ReadResult<IReadOnlyList<JsonNode>>.Failed failed ? ApiFailureText.ForReader(failed.Failure) : "not there");
        }

        if (await new CapsuleFinder(reader).FindAsync(registered) is not { } version)
        {
            return CapsulePrediction.NotInstalled;
        }

        if (capsule is null)
        {
            return CapsulePrediction.Unreadable($"{version.Description}, whose CapsuleConfiguration", CapsulePrediction.NoConfiguration);
        }

        using var deadline = new Deadline(time, ClusterReader.Budget, cancellation);
        return await capsule.SettingsAsync(deadline) switch
        {
            CapsuleLookup.Unknown unknown =>
                CapsulePrediction.Unreadable(
                    $"{version.Description}, whose CapsuleConfiguration", ApiFailureText.ForReader(unknown.Failure)),
            CapsuleLookup.Known known => CapsulePrediction.Of(version, user.Name, known.Settings.RoleOf(user), transition),
            var other => throw new InvalidOperationException($"unknown lookup {other}"),
        };
    }

    /// <summary>Whether the API server asks for <c>delete</c> on whatever an ownerReference is written to, as OpenShift's does.</summary>
    public async Task<Prediction> OwnerReferencesAsync(NamespaceRights rights, string name, bool isChange, CancellationToken cancellation)
    {
        switch (await reader.GetAsync("apis"))
        {
            case ReadResult<JsonObject>.Found groups when !groups.Value.At("groups")
                .Items()
                .Any(group => group.At("name").Text() is "config.openshift.io" or "security.openshift.io"):
                return new Prediction(
                    "not OpenShift: ownerReferences require no permission, unless the API server runs with "
                        + "OwnerReferencesPermissionEnforcement",
                    IsRefused: false);
            case ReadResult<JsonObject>.Found when !isChange:
                return new Prediction("OpenShift: no permission is required, because no ownerReference changes", IsRefused: false);
            case ReadResult<JsonObject>.Found:
                var isMissing = await rights.RefusalAsync(user, "delete", name, cancellation) is not null;
                return new Prediction(
                    $"OpenShift: an ownerReference requires \"delete\" on the namespace, which {user.Name} "
                        + $"{(isMissing ? "lacks: cannot set an ownerRef on a resource you can't delete" : "has")}",
                    isMissing);
            default:
                return new Prediction("unknown: the API groups could not be read", IsRefused: false);
        }
    }
}
