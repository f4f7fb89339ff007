using System.Globalization;
using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>A way to break each rule that is enforced if it is not configured.</summary>
internal static class BrokenRule
{
    // Half a year ahead, so that no test ever runs in it.
    private static readonly int Month = TimeProvider.System.GetUtcNow().AddMonths(6).Month;

    public static TheoryData<string> All =>
        [
            "sourceCordoned",
            "targetCordoned",
            "namespaceQuota",
            "tenantPrefix",
            "forbiddenMetadata",
            "requiredMetadata",
            "protectedNamespaces",
            "maintenanceWindows",
        ];

    /// <summary>Sets a scene up so that the move of its namespace from oil to gas breaks one rule.</summary>
    /// <returns>The namespace, and the words of the refusal.</returns>
    public static async Task<(string Namespace, string Words)> SetUpAsync(Scene scene, string rule)
    {
        var (oil, gas) = (scene.Oil, scene.Gas);
        switch (rule)
        {
            case "sourceCordoned":
                await PatchAsync(scene, oil, """{"spec":{"cordoned":true}}""");
                return (scene.Namespace, $"tenant \"{oil}\" is cordoned and releases no namespaces; uncordon it first (spec.cordoned)");
            case "targetCordoned":
                await PatchAsync(scene, gas, """{"spec":{"cordoned":true}}""");
                return (scene.Namespace, $"tenant \"{gas}\" is cordoned and accepts no namespaces; uncordon it first (spec.cordoned)");
            case "namespaceQuota":
                await PatchAsync(scene, gas, """{"spec":{"namespaceOptions":{"quota":2}}}""");
                await TenantStatus.SetAsync(scene.Plane, gas, """{"size":2,"namespaces":["one","two"]}""");
                return (scene.Namespace, $"tenant \"{gas}\" has 2 of 2 namespaces; raise its quota first (spec.namespaceOptions.quota), or release one of them");
            case "tenantPrefix":
                await PatchAsync(scene, gas, """{"spec":{"forceTenantPrefix":true}}""");
                return (scene.Namespace, $"tenant \"{gas}\" accepts only namespaces whose names begin with \"{gas}-\"; a namespace can't be renamed, so create a new one");
            case "forbiddenMetadata":
                await PatchAsync(
                    scene,
                    gas,
                    """{"spec":{"namespaceOptions":{"forbiddenLabels":{"denied":["team"]},"forbiddenAnnotations":{"deniedRegex":"^no"}}}}""");
                const string TakeOff = "remove it in the same request";
                return (
                    scene.Namespace,
                    $"tenant \"{gas}\" forbids the label \"team\"; {TakeOff}; "
                    + $"rule {rule}: tenant \"{gas}\" forbids the annotation \"note\"; {TakeOff}");
            case "requiredMetadata":
                await PatchAsync(
                    scene, gas, """{"spec":{"namespaceOptions":{"requiredMetadata":{"labels":{"cost-center":"^[0-9]+$"}}}}}""");
                return (scene.Namespace, $"tenant \"{gas}\" requires the label \"cost-center\" with a value that matches \"^[0-9]+$\"; set it in the same request");
            case "protectedNamespaces":
                var name = $"kube-{scene.Namespace}";
                await scene.StoreAsync(Scene.Manifest(name, null));
                return (name, "namespaces named \"kube-*\" are protected and can't be part of a tenant; use another namespace");
            case "maintenanceWindows":
                await PatchAsync(scene, gas, Window($"0 22 1 {Month} * for 4h in Europe/Berlin"));
                return (scene.Namespace, string.Create(CultureInfo.InvariantCulture, $"-{Month:00}-01 22:00 (Europe/Berlin, UTC"));
            default:
                throw new ArgumentException(rule, nameof(rule));
        }
    }

    public static string Window(string window) =>
        $$$$"""{"metadata":{"annotations":{"admissionguard.io/maintenance-windows":"{{{{window}}}}"}}}""";

    public static async Task PatchAsync(Scene scene, string tenant, string patch) =>
        (await scene.Plane.AdminApi.SendAsync(
            HttpMethod.Patch, $"/apis/capsule.clastix.io/v1beta2/tenants/{tenant}", JsonNode.Parse(patch), ApiClient.MergePatch)).Ok();
}
