namespace AdmissionGuard.Integration.Tests.CommandLine;

/// <summary>A cluster's answers in which every field that a command shows has a value.</summary>
internal static class FullAnswers
{
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["/api/v1/namespaces/billing"] = """
            {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"billing","uid":"1","resourceVersion":"7","labels":{"capsule.clastix.io/tenant":"oil","team":"a"},
             "annotations":{"scheduler.alpha.kubernetes.io/node-selector":"disk=slow","note":"n"},"finalizers":["f/x"],
             "ownerReferences":[{"apiVersion":"capsule.clastix.io/v1beta2","kind":"Tenant","name":"oil","uid":"oil-uid"}]},
             "spec":{"finalizers":["kubernetes"]},"status":{"phase":"Active"}}
            """,
        ["/apis/capsule.clastix.io/v1beta2/tenants/oil"] = """
            {"apiVersion":"capsule.clastix.io/v1beta2","kind":"Tenant","metadata":{"name":"oil","uid":"oil-uid",
             "annotations":{"admissionguard.io/maintenance-windows":"0 22 * * FRI for 4h in Europe/Berlin"}},
             "spec":{"owners":[{"kind":"User","name":"owner"}]}}
            """,
        ["/apis/capsule.clastix.io/v1beta2/tenants/gas"] = Gas,
        ["/apis/capsule.clastix.io/v1beta2/tenants"] = $$"""{"items":[{{Gas}}]}""",
        ["/apis/capsule.clastix.io/v1beta2/capsuleconfigurations/default"] = """
            {"kind":"CapsuleConfiguration","metadata":{"name":"default"},
             "spec":{"administrators":[{"kind":"User","name":"mover"}],"userGroups":["g"],"ignoreUserWithGroups":["h"],"protectedNamespaceRegex":"^kube-"}}
            """,
        ["/api/v1/namespaces/billing/pods"] = """
            {"items":[{"metadata":{"name":"p"},"status":{"phase":"Running"},
             "spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"2"},"limits":{"memory":"2Gi"}}}],"initContainers":[{"restartPolicy":"Always"}],"overhead":{"cpu":"1m"}}}]}
            """,
        ["/api/v1/namespaces/billing/persistentvolumeclaims"] = """{"items":[{"metadata":{"name":"claim"},"spec":{"storageClassName":"fast","resources":{"requests":{"storage":"1Gi"}}}}]}""",
        ["/apis/networking.k8s.io/v1/namespaces/billing/ingresses"] = """
            {"items":[{"metadata":{"name":"i","annotations":{"kubernetes.io/ingress.class":"nginx"}},"spec":{}},{"metadata":{"name":"j"},"spec":{"ingressClassName":"haproxy"}}]}
            """,
        ["/api/v1/resourcequotas"] = """{"items":[{"metadata":{"name":"capsule-gas-0","namespace":"other"},"status":{"used":{"limits.cpu":"1"}}}]}""",
        ["/apis"] = """{"kind":"APIGroupList","groups":[{"name":"apps"}]}""",
        ["/apis/authorization.k8s.io/v1/subjectaccessreviews"] = """{"kind":"SubjectAccessReview","status":{"allowed":false,"reason":"no"}}""",
        ["/apis/authentication.k8s.io/v1/selfsubjectreviews"] = """{"kind":"SelfSubjectReview","status":{"userInfo":{"username":"me","groups":["dev"],"uid":"u","extra":{"k":["v"]}}}}""",
    };

    private const string Gas = """
        {"apiVersion":"capsule.clastix.io/v1beta2","kind":"Tenant","metadata":{"name":"gas","uid":"gas-uid",
         "annotations":{"admissionguard.io/maintenance-windows":"0 22 * * SAT for 4h in Europe/Berlin"}},
         "spec":{"owners":[{"kind":"User","name":"owner"}],"nodeSelector":{"disk":"fast"},"cordoned":true,
          "storageClasses":{"allowed":["slow"],"allowedRegex":"^s","default":"slow"},
          "ingressOptions":{"allowedClasses":{"allowed":["traefik"]}},
          "namespaceOptions":{"quota":1,"requiredMetadata":{"labels":{"cost-center":"^[0-9]+$"},"annotations":{"owner":"^.+$"}},
           "forbiddenLabels":{"denied":["team"],"deniedRegex":"^x"},"forbiddenAnnotations":{"denied":["note"]}},
          "resourceQuotas":{"scope":"Tenant","items":[{"hard":{"limits.cpu":"1","requests.cpu":"1","widgets":"1"},"scopes":["s"]}]}},
         "status":{"size":1,"owners":[{"kind":"User","name":"owner"}]}}
        """;
}
