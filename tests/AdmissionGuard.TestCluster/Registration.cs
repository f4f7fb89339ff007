using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace AdmissionGuard.TestCluster;

/// <summary>Which of the two webhooks are registered.</summary>
[Flags]
public enum Webhooks
{
    /// <summary>Neither.</summary>
    None = 0,

    /// <summary>The mutator.</summary>
    Mutate = 1,

    /// <summary>The validator.</summary>
    Validate = 2,

    /// <summary>Both, as installed.</summary>
    Both = Mutate | Validate,
}

/// <summary>The webhooks of <c>deploy/</c>, directed at an address of this machine.</summary>
/// <param name="plane">The control plane.</param>
/// <param name="reviews">The address.</param>
/// <param name="caFile">The CA that is trusted there.</param>
/// <param name="labelKey">The label that whoever answers looks at.</param>
/// <param name="withMatchConditions">Whether the validator is called for changes of tenancy only, where the API server knows how.</param>
public sealed class Registration(
    ControlPlane plane, Uri reviews, string caFile, string labelKey = "capsule.clastix.io/tenant", bool withMatchConditions = false)
{
    /// <summary>The first Kubernetes whose webhooks have matchConditions without being asked to.</summary>
    public static readonly Version MatchConditionsSince = new(1, 28);

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Registers the webhooks of <c>deploy/</c>, the Service swapped for an address, and waits until they are in use.</summary>
    /// <param name="webhooks">Which of them; the others are removed.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>When they are in use.</returns>
    public async Task RegisterAsync(Webhooks webhooks, CancellationToken cancellation)
    {
        await UnregisterAsync();
        var manifest = (await new Command(
            Repository.File("certs-scripts", "set-ca-bundle.sh"),
            ["--ca", caFile, Repository.File("deploy", "base", "webhooks.yaml")]).RunAsync(cancellation)).Ok();
        foreach (var configuration in KubernetesYaml.LoadAllFromString(manifest))
        {
            switch (configuration)
            {
                case V1MutatingWebhookConfiguration mutating when webhooks.HasFlag(Webhooks.Mutate):
                    Direct(mutating.Webhooks.Select(webhook => webhook.ClientConfig));
                    await plane.Admin.ApplyAsync(KubernetesYaml.Serialize(mutating));
                    break;
                case V1ValidatingWebhookConfiguration validating when webhooks.HasFlag(Webhooks.Validate):
                    if (withMatchConditions && plane.Version >= MatchConditionsSince)
                    {
                        var patch = KubernetesYaml.LoadFromFileAsync<V1ValidatingWebhookConfiguration>(
                            Repository.File("deploy", "components", "match-conditions", "webhooks.yaml"));
                        validating.Webhooks.Single().MatchConditions = (await patch).Webhooks.Single().MatchConditions;
                    }

                    Direct(validating.Webhooks.Select(webhook => webhook.ClientConfig));
                    await plane.Admin.ApplyAsync(KubernetesYaml.Serialize(validating));
                    break;
            }
        }

        // The API server takes up new configurations in its own time: each is in use once it refuses what it must refuse.
        foreach (var (webhook, name) in new[] { (Webhooks.Mutate, "mutate"), (Webhooks.Validate, "validate") })
        {
            if (webhooks.HasFlag(webhook))
            {
                await Poll.UntilAsync($"the {name} webhook", Limit, () => RefusesAsync(webhook), cancellation);
            }
        }
    }

    /// <summary>Removes both webhook configurations, and waits until neither is in use.</summary>
    /// <returns>When neither is.</returns>
    public async Task UnregisterAsync()
    {
        foreach (var kind in new[] { "mutatingwebhookconfigurations", "validatingwebhookconfigurations" })
        {
            var answer = await plane.AdminApi.SendAsync(
                HttpMethod.Delete, $"/apis/admissionregistration.k8s.io/v1/{kind}/00-admissionguard");
            if (answer.Code != 404)
            {
                answer.Ok();
            }
        }

        // The API server releases them in its own time too, and until then whoever writes a namespace meets them.
        await Poll.UntilAsync(
            "the API server to let go of the webhooks",
            Limit,
            async () => !await RefusesAsync(Webhooks.Mutate) && !await RefusesAsync(Webhooks.Validate),
            CancellationToken.None);
    }

    private void Direct(IEnumerable<Admissionregistrationv1WebhookClientConfig> clients)
    {
        foreach (var client in clients)
        {
            client.Url = new Uri(reviews, client.Service!.Path).AbsoluteUri;
            client.Service = null;
        }
    }

    private async Task<bool> RefusesAsync(Webhooks webhook)
    {
        // In every mode the mutator refuses a name that no tenant can bear; a sub-resource is the validator's alone.
        var metadata = new JsonObject { ["labels"] = new JsonObject { [labelKey] = "No_Tenant" } };
        var patch = new JsonObject { ["metadata"] = metadata };
        if (webhook is Webhooks.Mutate)
        {
            metadata["name"] = "probe";
        }

        var answer = webhook is Webhooks.Mutate
            ? await plane.AdminApi.SendAsync(HttpMethod.Post, "/api/v1/namespaces?dryRun=All", patch)
            : await plane.AdminApi.SendAsync(
                HttpMethod.Patch, "/api/v1/namespaces/kube-public/status?dryRun=All", patch, ApiClient.MergePatch);
        return !answer.IsOk
            && answer.Text.Contains($"{(webhook is Webhooks.Mutate ? "mutate" : "validate")}.admissionguard.io", StringComparison.Ordinal);
    }
}
