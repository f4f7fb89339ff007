using System.Text.Json.Nodes;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;
using AdmissionGuard.Tools.Capsule;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Planning.Rights;

namespace AdmissionGuard.Tools.Planning;

/// <summary>Asks who else has a say beside the guard.</summary>
/// <param name="reader">Reads the cluster.</param>
/// <param name="kind">What a tenant is.</param>
/// <param name="user">Who would ask.</param>
internal sealed class ExternalAdmissionChecks(ClusterReader reader, TenantKind kind, UserInfo user)
{
    private const string Webhooks = "apis/admissionregistration.k8s.io/v1";

    /// <summary>Every webhook that is registered.</summary>
    public async Task<Reading<IReadOnlyList<JsonNode>>> WebhooksAsync()
    {
        var (mutating, validating) = (reader.ListAsync($"{Webhooks}/mutatingwebhookconfigurations"), reader.ListAsync($"{Webhooks}/validatingwebhookconfigurations"));
        return (await mutating, await validating) switch
        {
            (Reading<IReadOnlyList<JsonNode>>.Read first, Reading<IReadOnlyList<JsonNode>>.Read second) =>
                new Reading<IReadOnlyList<JsonNode>>.Read([.. first.Value.Concat(second.Value).SelectMany(configuration => configuration.At("webhooks").Items())]),
            (not Reading<IReadOnlyList<JsonNode>>.Read and var failed, _) => failed,
            (_, var failed) => failed,
        };
    }

    /// <summary>The namespace that the guard runs in, by its validator's Service; <see langword="null"/> where that is not known.</summary>
    public static string? GuardNamespace(Reading<IReadOnlyList<JsonNode>> webhooks)
    {
        var registered = webhooks is Reading<IReadOnlyList<JsonNode>>.Read read ? read.Value : [];
        var validator = registered.FirstOrDefault(webhook => webhook.At("name").Text() == Notes.Validator);
        return validator.At("clientConfig", "service", "namespace").Text();
    }

    /// <summary>What Capsule makes of it.</summary>
    public async Task<Prediction> CapsuleAsync(Reading<IReadOnlyList<JsonNode>> webhooks, TransitionKind transition)
    {
        if (webhooks is not Reading<IReadOnlyList<JsonNode>>.Read { Value: var registered })
        {
            return CapsulePrediction.Unreadable("the webhook configurations", webhooks is Reading<IReadOnlyList<JsonNode>>.Failed failed ? failed.Why : "not there");
        }

        if (await new CapsuleFinder(reader).FindAsync(registered) is not { } version)
        {
            return CapsulePrediction.NotInstalled;
        }

        return await reader.GetAsync($"apis/{kind.Group}/{kind.Version}/capsuleconfigurations/default") switch
        {
            Reading<JsonObject>.Failed failed => CapsulePrediction.Unreadable($"{version.Words}, whose CapsuleConfiguration", failed.Why),
            Reading<JsonObject>.Read read => CapsulePrediction.Of(version, user.Name, CapsuleRoleFinder.Of(user, read.Value), transition),
            _ => CapsulePrediction.Of(version, user.Name, CapsuleRole.Unknown, transition),
        };
    }

    /// <summary>Whether the API server asks for <c>delete</c> on whatever an ownerReference is written to, as OpenShift's does.</summary>
    public async Task<Prediction> OwnerReferencesAsync(NamespaceRights rights, string name, bool isChange, CancellationToken cancellation)
    {
        switch (await reader.GetAsync("apis"))
        {
            case Reading<JsonObject>.Read groups when !groups.Value.At("groups").Items().Any(group => group.At("name").Text() is "config.openshift.io" or "security.openshift.io"):
                return new Prediction("not OpenShift: no permission is asked for ownerReferences, unless the API server runs with OwnerReferencesPermissionEnforcement", IsAgainst: false);
            case Reading<JsonObject>.Read when !isChange:
                return new Prediction("OpenShift: nothing is asked, as no ownerReference changes", IsAgainst: false);
            case Reading<JsonObject>.Read:
                var isMissing = await rights.RefusalAsync(user, "delete", name, cancellation) is not null;
                return new Prediction($"OpenShift: an ownerReference takes \"delete\" on the namespace, which {user.Name} {(isMissing ? "lacks: cannot set an ownerRef on a resource you can't delete" : "has")}", isMissing);
            default:
                return new Prediction("could not be found out: the API groups could not be read", IsAgainst: false);
        }
    }
}
