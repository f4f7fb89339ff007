using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>Objects that look like Capsule's, with a webhook that matches nothing that there is.</summary>
internal static class FakeCapsule
{
    /// <summary>Installs them.</summary>
    /// <param name="admin">Who installs.</param>
    /// <param name="version">The image's tag; <see langword="null"/> for one that nobody can read.</param>
    public static async Task InstallAsync(Kubectl admin, string? version)
    {
        await admin.OkAsync("apply", "-f", Path.Combine(AppContext.BaseDirectory, "capsule-configuration-crd.yaml"));
        await Poll.UntilAsync(
            "the CapsuleConfiguration resource",
            TimeSpan.FromMinutes(1),
            async () => (await admin.RunAsync("get", "capsuleconfigurations")).ExitCode == 0,
            TestContext.Current.CancellationToken);
        var documents = (await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "fake-capsule.yaml")))
            .Replace("NAMESPACE", "default", StringComparison.Ordinal)
            .Replace("ACCOUNT", "capsule", StringComparison.Ordinal)
            .Replace("VERSION", version, StringComparison.Ordinal)
            .Split("\n---\n");
        await admin.ApplyAsync(string.Join(
            "\n---\n",
            documents.Where(each => version is not null || !each.Contains("kind: Deployment", StringComparison.Ordinal))));
    }

    /// <summary>Removes them.</summary>
    public static async Task RemoveAsync(Kubectl admin)
    {
        await admin.OkAsync("delete", "validatingwebhookconfigurations", "capsule-dynamic-webhook", "--ignore-not-found");
        await admin.OkAsync("delete", "deployments", "--all", "--namespace", "default");
        await admin.OkAsync(
            "delete", "customresourcedefinitions.apiextensions.k8s.io", "capsuleconfigurations.capsule.clastix.io", "--ignore-not-found");
    }
}
