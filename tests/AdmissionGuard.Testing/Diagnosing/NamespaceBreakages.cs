namespace AdmissionGuard.Testing.Diagnosing;

/// <summary>Namespaces that were changed while nobody looked.</summary>
internal static class NamespaceBreakages
{
    private const string Remove = "kubectl delete namespace drifted";

    public static IReadOnlyList<Breakage> All { get; } =
    [
        new("The guard's namespace is in a tenant", Drifted("oil", Reference("oil", "$(uid oil)"), "admissionguard-system"),
            "failed system-namespaces: admissionguard-system has the label and ownerReference of tenant oil", Mend.Printed)
        {
            Cleanup = "reapply",
        },
        new("The guard's namespace has a tenant's label", """
            unguarded
            kubectl label namespace admissionguard-system capsule.clastix.io/tenant=oil
            guarded
            """,
            "failed system-namespaces: admissionguard-system has the label of tenant oil", Mend.Printed),
        new("The namespace of Capsule's controller is in a tenant", Drifted("oil", Reference("oil", "$(uid oil)"), "capsule-system"),
            "failed system-namespaces: capsule-system has the label and ownerReference of tenant oil", Mend.Printed)
        {
            Cleanup = "kubectl delete namespace capsule-system",
        },
        // Of a version that is not served, so that the garbage collector does not come first.
        Drift("A namespace refers to a tenant's UID of before", Drifted("oil", Reference("oil", "$(uid gas)", "v1beta9")),
            "has an ownerReference with a UID that is not the live tenant's"),
        Drift("A namespace refers to a tenant that does not exist", Drifted("gone", Reference("gone", "$(uid gas)", "v1beta9")),
            "has an ownerReference to a tenant that does not exist"),
        Drift("A namespace has a label of one tenant and a reference to another", Drifted("gas", Reference("oil", "$(uid oil)")),
            "names different tenants in label and ownerReferences"),
        Drift("A namespace has a reference to a tenant and no label", Drifted(null, Reference("oil", "$(uid oil)")),
            "has a tenant's ownerReference and no label"),
        Drift("A namespace has a tenant's label and no reference", Drifted("oil", null), "has a tenant's label and no ownerReference"),
        Drift("A namespace has the label of a tenant that does not exist", Drifted("gone", null),
            "has a tenant's label and no ownerReference"),
    ];

    private static Breakage Drift(string name, string commands, string words) =>
        new(name, commands, $"failed drift: {words}", Mend.Printed) { Cleanup = Remove };

    private static string Drifted(string? label, string? reference, string name = "drifted") => $$"""
        unguarded
        kubectl apply -f - <<END
        apiVersion: v1
        kind: Namespace
        metadata:
          name: {{name}}
          labels: { {{(label is null ? "" : $"capsule.clastix.io/tenant: {label}")}} }
          ownerReferences: [{{reference}}]
        END
        guarded
        """;

    private static string Reference(string name, string uid, string version = "v1beta2") =>
        $"{{apiVersion: capsule.clastix.io/{version}, kind: Tenant, name: {name}, uid: {uid}}}";
}
