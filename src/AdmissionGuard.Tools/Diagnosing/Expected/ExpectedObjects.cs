using System.Text.Json.Nodes;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Diagnosing.Expected;

/// <summary>
/// What is expected of each object of an installation: what <c>deploy/</c> says, in the guard's namespace and for its kind of tenant.
/// </summary>
/// <param name="namespace">The guard's namespace.</param>
/// <param name="tenant">What a tenant is.</param>
internal sealed class ExpectedObjects(string @namespace, TenantKind tenant)
{
    /// <summary>The name of the policy that keeps label and ownerReference consistent, and of its binding.</summary>
    public const string BackstopName = "admissionguard-backstop";

    public JsonObject Service => field ??= InNamespace(DeployedManifest.Read("service.yaml", "Service", tenant));

    public JsonObject BackstopPolicy => field ??= DeployedManifest.Read("backstop-policy.yaml", "ValidatingAdmissionPolicy", tenant);

    public JsonObject BackstopBinding =>
        field ??= DeployedManifest.Read("backstop-binding.yaml", "ValidatingAdmissionPolicyBinding", tenant);

    /// <summary>One of the guard's two webhook configurations, without <c>matchConditions</c> and <c>caBundle</c>.</summary>
    /// <param name="isMutating">Which one.</param>
    public JsonObject WebhookConfiguration(bool isMutating)
    {
        var configuration = DeployedManifest.Read(
            "webhooks.yaml", isMutating ? "MutatingWebhookConfiguration" : "ValidatingWebhookConfiguration", tenant);
        foreach (var service in configuration.At("webhooks").Items().Select(webhook => webhook.At("clientConfig", "service")))
        {
            service!.AsObject()["namespace"] = @namespace;
        }

        return configuration;
    }

    private JsonObject InNamespace(JsonObject expected)
    {
        expected["metadata"]!.AsObject()["namespace"] = @namespace;
        return expected;
    }
}
