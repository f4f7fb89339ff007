namespace AdmissionGuard.Testing.Diagnosing;

/// <summary>Capsule beside the guard.</summary>
internal static class CapsuleBreakages
{
    private const string Installed = "fake_capsule v0.14.0";

    public static IReadOnlyList<Breakage> All { get; } =
    [
        Beside("Capsule is a version with which nobody can migrate", "fake_capsule v0.13.9",
            "failed capsule: nobody can migrate a namespace", Mend.Advice("upgrade Capsule to 0.13.10 or newer", Installed)),
        Beside("Capsule's version can't be read", "fake_capsule sha-0a11e5e",
            "unknown capsule: from 0.13.10 its administrators can", Mend.Advice("check the image of Capsule's Deployment", Installed)),
        Beside("The CapsuleConfiguration is invalid",
            """kubectl patch capsuleconfiguration default --type=merge -p '{"spec":{"protectedNamespaceRegex":"["}}'""",
            "failed capsule-configuration: until it is fixed, no namespace can be added to a tenant",
            Mend.Edit("s/protectedNamespaceRegex: .*/protectedNamespaceRegex: none/")),
        Beside("The CapsuleConfiguration is deleted", "kubectl delete capsuleconfiguration default",
            "warning capsule-configuration: CapsuleConfiguration default not found",
            Mend.Advice("set capsuleConfiguration in the guard's configuration to the one that Capsule uses", Installed)),
        Beside("Capsule's controller runs as another account", "fake_capsule v0.14.0 another",
            "warning tenant-controllers: system:serviceaccount:capsule-system:another, which is not listed",
            Mend.Edit("s/capsule-system:capsule\"/capsule-system:another\"/")) with { Cleanup = "no_capsule\nreapply" },
        Beside("Who may migrate is no administrator of Capsule",
            """kubectl patch capsuleconfiguration default --type=merge -p '{"spec":{"administrators":[]}}'""",
            "failed migrators: is not one of its administrators", Mend.Printed),
        Beside("Capsule's mutating configuration sorts before the guard's", """
            kubectl apply -f - <<'END'
            apiVersion: admissionregistration.k8s.io/v1
            kind: MutatingWebhookConfiguration
            metadata: {name: 00-a-capsule}
            webhooks:
            - name: namespaces.mutating.projectcapsule.dev
              admissionReviewVersions: [v1]
              sideEffects: None
              failurePolicy: Ignore
              clientConfig: {url: "https://127.0.0.1:1/"}
              rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [namespaces]}]
            END
            """,
            "failed webhook-order: 00-a-capsule is called before 00-admissionguard",
            Mend.Advice("a name that sorts after the guard's", "kubectl delete mutatingwebhookconfiguration 00-a-capsule")),
    ];

    private static Breakage Beside(string name, string commands, string finding, Mend mend) =>
        new(name, commands, finding, mend) { Given = Installed, Cleanup = "no_capsule" };
}
