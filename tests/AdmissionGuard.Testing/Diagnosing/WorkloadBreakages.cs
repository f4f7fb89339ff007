namespace AdmissionGuard.Testing.Diagnosing;

/// <summary>The Service, the Deployment and the PodDisruptionBudget.</summary>
internal static class WorkloadBreakages
{
    private const string Cause = "find the cause";

    // No old pod waits for a new one.
    private const string AtOnce = """
        ns patch deployment admissionguard --type=merge -p '{"spec":{"strategy":{"rollingUpdate":{"maxUnavailable":"100%"}}}}'
        """;

    private const string Copy = """
        ns get deployment admissionguard -o yaml | sed '/^  resourceVersion:/d;/^  uid:/d;s/^  name: admissionguard$/  name: second/
          s/^  replicas: .*/  replicas: 0/' | kubectl create -f -
        """;

    public static IReadOnlyList<Breakage> All { get; } =
    [
        new("The Service is deleted", "ns delete service admissionguard", "failed service: not found", Mend.Printed),
        new("The Service selects no pods", Service("selector", """{"app":"admission"}"""),
            "failed service: does not select the pods", Mend.Printed),
        new("The Service has no selector", Service("selector", null), "failed service: does not select the pods", Mend.Printed),
        new("The Service leads to the port of health", Service("ports/0/targetPort", "\"health\""),
            "failed service: does not lead to the port https", Mend.Printed),
        new("The Service leads to a port where nobody listens", Service("ports/0/targetPort", "8443"),
            "failed service: does not lead to the port https", Mend.Printed),
        new("The Service has another port", Service("ports/0/port", "8443"),
            "failed service: does not lead to the port https", Mend.Printed),

        new("The Deployment is deleted", "ns delete deployment admissionguard", "failed replicas: no Deployment",
            Mend.Advice("install it, see deploy/docs/installing.md", "reapply")),
        new("The Deployment loses its label", "ns label deployment admissionguard app.kubernetes.io/name-",
            "failed replicas: no Deployment", Mend.Advice("install it, see deploy/docs/installing.md", "reapply")),
        new("The Deployment is scaled to 0", "ns scale deployment admissionguard --replicas=0",
            "failed replicas: scaled to 0 replicas", Mend.Printed),
        new("The Deployment is scaled to 1", "ns scale deployment admissionguard --replicas=1",
            "warning replicas: during a restart, the API server gets no response", Mend.Printed),
        new("There is a second Deployment of the guard", Copy, "warning replicas: there are 2 Deployments",
            Mend.Advice("keep only one of them", "ns delete deployment second")),
        new("The new image does not exist", "ns set image deployment admissionguard admissionguard=example.com/missing:1",
            "warning replicas: they run different images", Mend.Advice("if it does not complete", "reapply")),
        new("An argument is not known, and no pod starts", $"{AtOnce}\n{Breakages.Argument("--no")}",
            "failed replicas: 0 of", Mend.Advice(Cause, "reapply")),
        new("An argument is not known, and the rollout does not complete", Breakages.Argument("--no"),
            "warning replicas: rollout", Mend.Advice(Cause, "reapply")),
        new("The argument for self-managed certificates is removed, and no pod starts",
            $"{AtOnce}\nns get deployment admissionguard -o yaml | sed '/^ *- --certificates=self-managed$/d' | kubectl replace -f -",
            "failed replicas: 0 of", Mend.Advice(Cause, "reapply")),
        new("The pods run as another service account", "ns set serviceaccount deployment admissionguard default",
            "failed guard-rights: system:serviceaccount:admissionguard-system:default may not", Mend.Printed) { Cleanup = "reapply" },
        new("The guard is told another namespace", Breakages.Argument("--namespace=elsewhere"),
            "failed system-namespaces: is started with --namespace elsewhere", Mend.Edit("/--namespace=elsewhere/d")),
        new("The guard requires client certificates, which the API server does not have", $$$"""
            ns patch configmap admissionguard-config --type=merge -p '{"data":{"ca.crt":"'"$(sed ':a;N;$!ba;s/\n/\\n/g' ca.crt)"'"}}'
            {{{Breakages.Argument("--client-ca=/etc/admissionguard/config/ca.crt")}}}
            """,
            "failed probe: the API server got no answer", Mend.Printed)
        {
            Cleanup = """ns patch configmap admissionguard-config --type=merge -p '{"data":{"ca.crt":null}}'""",
        },

        new("The PodDisruptionBudget is deleted", "ns delete poddisruptionbudget --all",
            "warning disruption-budget: no PodDisruptionBudget found", Mend.Printed),
        new("The PodDisruptionBudget selects other pods",
            Breakages.Patch(
                "poddisruptionbudget admissionguard -n admissionguard-system", "/spec/selector/matchLabels", """{"app":"other"}"""),
            "warning disruption-budget: no PodDisruptionBudget found", Mend.Printed),
    ];

    private static string Service(string path, string? json) =>
        Breakages.Patch("service admissionguard -n admissionguard-system", $"/spec/{path}", json);
}
