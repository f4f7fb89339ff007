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
        await admin.ApplyAsync("""
            apiVersion: capsule.clastix.io/v1beta2
            kind: CapsuleConfiguration
            metadata: {name: default}
            spec: {administrators: [{kind: User, name: mover}]}
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: {name: capsule-dynamic-webhook}
            webhooks:
            - name: namespaces.validating.projectcapsule.dev
              admissionReviewVersions: [v1]
              sideEffects: None
              failurePolicy: Ignore
              clientConfig: {service: {namespace: default, name: capsule-webhook-service}}
              rules: [{apiGroups: [nothing.example.com], apiVersions: [v1], operations: [CREATE], resources: [nothings]}]
            """);
        if (version is not null)
        {
            await admin.ApplyAsync($$"""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: capsule-controller-manager, namespace: default}
                spec:
                  selector: {matchLabels: {app: capsule} }
                  template:
                    metadata: {labels: {app: capsule} }
                    spec: {serviceAccountName: capsule, containers: [{name: manager, image: "projectcapsule/capsule:{{version}}"}]}
                """);
        }
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
