using System.Text.Json.Nodes;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Transitions;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Tenants;
using AdmissionGuard.Tools.Capsule;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Planning.Rights;

namespace AdmissionGuard.Tools.Planning;

/// <summary>Predicts the admission checks besides the guard.</summary>
/// <param name="reader">Reads the cluster.</param>
/// <param name="configuration">The CapsuleConfiguration that the guard reads; <see langword="null"/> for none.</param>
/// <param name="user">The user.</param>
internal sealed class ExternalAdmissionChecks(ClusterReader reader, CapsuleConfigurationReference? configuration, UserInfo user)
{
    private const string Webhooks = "apis/admissionregistration.k8s.io/v1";

    /// <summary>Every webhook that is registered.</summary>
    public async Task<ReadResult<IReadOnlyList<JsonNode>>> WebhooksAsync()
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
        var validator = registered.FirstOrDefault(webhook => webhook.At("name").Text() == Notes.Validator);
        return validator.At("clientConfig", "service", "namespace").Text();
    }

    /// <summary>The prediction for Capsule.</summary>
    public async Task<Prediction> CapsuleAsync(ReadResult<IReadOnlyList<JsonNode>> webhooks, TransitionKind transition)
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

        if (configuration is null)
        {
            return CapsulePrediction.Unreadable($"{version.Description}, whose CapsuleConfiguration", CapsulePrediction.NoConfiguration);
        }

        return await reader.GetAsync(configuration.Path) switch
        {
            ReadResult<JsonObject>.Failed failed =>
                CapsulePrediction.Unreadable($"{version.Description}, whose CapsuleConfiguration", ApiFailureText.ForReader(failed.Failure)),
            ReadResult<JsonObject>.Found read =>
                CapsulePrediction.Of(version, user.Name, CapsuleRoleFinder.Of(user, read.Value), transition),
            _ => CapsulePrediction.Of(version, user.Name, CapsuleRole.Unknown, transition),
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
