namespace AdmissionGuard.Testing.Diagnosing;

/// <summary>The two webhook configurations.</summary>
internal static class WebhookBreakages
{
    private const string Selector = """{"matchExpressions":[{"key":"exempt","operator":"DoesNotExist"}]}""";

    public static IReadOnlyList<Breakage> All { get; } =
    [
        new("The mutating configuration is deleted", "kubectl delete mutatingwebhookconfiguration 00-admissionguard",
            "failed webhooks: mutate.admissionguard.io is not registered", Mend.Printed),
        new("The validating configuration is deleted", "kubectl delete validatingwebhookconfiguration 00-admissionguard",
            "failed webhooks: validate.admissionguard.io is not registered", Mend.Printed),
        new("Both configurations are deleted",
            "kubectl delete mutatingwebhookconfiguration,validatingwebhookconfiguration 00-admissionguard",
            "failed webhooks: validate.admissionguard.io is not registered", Mend.Printed),
        new("The mutator is removed from its configuration", Breakages.Patch("mutatingwebhookconfiguration", "/webhooks/0", null),
            "failed webhooks: mutate.admissionguard.io is not registered", Mend.Printed),
        new("The validator is registered a second time", Named("validating", "01-copy"),
            "failed webhooks: validate.admissionguard.io is registered a second time, in 01-copy", Mend.Printed),
        new("The mutator is registered a second time", Named("mutating", "01-copy"),
            "failed webhooks: mutate.admissionguard.io is registered a second time, in 01-copy", Mend.Printed),
        new("The validator is registered under another name only",
            $"{Named("validating", "01-other")}\nkubectl delete validatingwebhookconfiguration 00-admissionguard",
            "failed webhooks: validate.admissionguard.io is registered in 01-other and not in 00-admissionguard",
            Mend.Advice("remove it there, and register the guard", "kubectl delete validatingwebhookconfiguration 01-other\nreapply")),

        Mutator("The mutator is not called for updates", "rules/0/operations", """["CREATE"]""",
            "failed mutator: it is not called for UPDATE of namespaces"),
        Mutator("The mutator is called for another resource", "rules/0/resources", """["pods"]""",
            "failed mutator: it is not called for CREATE of namespaces"),
        Mutator("The mutator is not reinvoked", "reinvocationPolicy", "\"Never\"",
            "failed mutator: it is not reinvoked when a later mutator sets the label"),
        Mutator("The mutator has an objectSelector", "objectSelector", """{"matchLabels":{"team":"oil"}}""",
            "failed mutator: its objectSelector excludes namespaces"),
        Mutator("The mutator's namespaceSelector excludes other namespaces", "namespaceSelector", Selector,
            "failed mutator: its namespaceSelector excludes namespaces") with
        {
            // What is restored is the exemption of kube-system, not an empty selector.
            Cleanup = """
                kubectl get mutatingwebhookconfiguration 00-admissionguard -o 'jsonpath={.webhooks[0].namespaceSelector}' \
                  | grep '"NotIn","values":\["kube-system"\]'
                """,
        },
        Mutator("The mutator's namespaceSelector no longer exempts kube-system", "namespaceSelector", "{}", "warning mutator: kube-system"),
        Mutator("The mutator's failurePolicy is Fail", "failurePolicy", "\"Fail\"", "warning mutator: its failurePolicy is Fail"),
        Mutator("The mutator's matchPolicy is Exact", "matchPolicy", "\"Exact\"", "warning mutator: its matchPolicy is Exact"),
        Mutator("The mutator's timeout is one second", "timeoutSeconds", "1", "warning mutator: its timeoutSeconds is 1"),
        Mutator("The mutator is called without a path", "clientConfig/service/path", null, "failed mutator: it is called at the path /"),
        Mutator("The mutator is called in another namespace", "clientConfig/service/namespace", "\"kube-public\"",
            "failed mutator: kube-public"),

        Validator("The validator is not called when namespaces are created", "rules/0/operations", """["UPDATE"]""",
            "failed validator: it is not called for CREATE of namespaces"),
        Validator("The validator is not called for the subresource status", "rules/0/resources",
            """["namespaces","namespaces/finalize"]""", "failed validator: it is not called for UPDATE of namespaces/status"),
        Validator("The validator is not called for the subresource finalize", "rules/0/resources",
            """["namespaces","namespaces/status"]""", "failed validator: it is not called for UPDATE of namespaces/finalize"),
        Validator("The validator is called for namespaced resources only", "rules/0/scope", "\"Namespaced\"",
            "failed validator: it is not called for"),
        Validator("The validator is called for another API group", "rules/0/apiGroups", """["apps"]""",
            "failed validator: it is not called for"),
        Validator("The validator is called for another API version", "rules/0/apiVersions", """["v2"]""",
            "failed validator: it is not called for"),
        Validator("The validator's failurePolicy is Ignore", "failurePolicy", "\"Ignore\"",
            "failed validator: its failurePolicy is Ignore, not Fail"),
        Validator("The validator has a namespaceSelector", "namespaceSelector", Selector,
            "failed validator: its namespaceSelector excludes namespaces"),
        Validator("The validator has an objectSelector", "objectSelector",
            """{"matchExpressions":[{"key":"capsule.clastix.io/tenant","operator":"Exists"}]}""",
            "failed validator: its objectSelector excludes namespaces"),
        Validator("The validator's sideEffects are NoneOnDryRun", "sideEffects", "\"NoneOnDryRun\"",
            "warning validator: its sideEffects are NoneOnDryRun"),
        Validator("The validator's timeout is 30 seconds", "timeoutSeconds", "30", "warning validator: its timeoutSeconds is 30"),
        Validator("The validator is called at the mutator's path", "clientConfig/service/path", "\"/mutate\"",
            "failed validator: it is called at the path /mutate, not /validate"),
        Validator("The validator is called at another Service", "clientConfig/service/name", "\"admission\"",
            "failed validator: it is called at the Service admission, not admissionguard"),
        Validator("The validator is called at a Service of another namespace", "clientConfig/service/namespace", "\"kube-public\"",
            "failed validator: kube-public"),
        Validator("The validator is called at another port", "clientConfig/service/port", "8443",
            "failed validator: it is called at port 8443 of the Service, not 443"),

        new("Another mutating configuration sorts before the guard's", Other("00-acme", ""),
            "failed webhook-order: 00-acme is called before 00-admissionguard",
            Mend.Advice("a name that sorts after 00-admissionguard", "kubectl delete mutatingwebhookconfiguration 00-acme")),
        new("A mutating configuration for some namespaces sorts before the guard's",
            Other("00-acme", "\n  objectSelector: {matchLabels: {team: oil}}"),
            "warning webhook-order: 00-acme is called before 00-admissionguard for some namespaces",
            Mend.Advice("a name that sorts after 00-admissionguard", "kubectl delete mutatingwebhookconfiguration 00-acme")),
    ];

    private static Breakage Mutator(string name, string path, string? json, string finding) =>
        new(name, Breakages.Webhook("mutating", path, json), finding, Mend.Printed);

    private static Breakage Validator(string name, string path, string? json, string finding) =>
        new(name, Breakages.Webhook("validating", path, json), finding, Mend.Printed);

    private static string Named(string kind, string name) =>
        $"kubectl get {kind}webhookconfiguration 00-admissionguard -o yaml "
            + $"| sed '/^  resourceVersion:/d;/^  uid:/d;s/name: 00-admissionguard/name: {name}/' | kubectl create -f -";

    private static string Other(string name, string more) => $$"""
        kubectl apply -f - <<'END'
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingWebhookConfiguration
        metadata: {name: {{name}}}
        webhooks:
        - name: labels.acme.example.com
          admissionReviewVersions: [v1]
          sideEffects: None
          failurePolicy: Ignore
          clientConfig: {url: "https://127.0.0.1:1/"}
          rules: [{apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["namespaces"]}]{{more}}
        END
        """;
}
