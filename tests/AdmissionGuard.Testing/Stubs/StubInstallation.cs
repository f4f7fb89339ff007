using System.Text;
using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Diagnosing;
using AdmissionGuard.Tools.Manifests;
using YamlDotNet.RepresentationModel;

namespace AdmissionGuard.Testing;

/// <summary>A cluster with the guard as <c>deploy/base</c> installs it, all of it well; a test breaks what it likes.</summary>
internal sealed class StubInstallation : IAsyncDisposable
{
    public const string Mutating = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
    public const string Validating = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    public const string Deployments = "/apis/apps/v1/namespaces/admissionguard-system/deployments";
    public const string Pods = "/api/v1/namespaces/admissionguard-system/pods";
    public const string Budgets = "/apis/policy/v1/namespaces/admissionguard-system/poddisruptionbudgets";
    public const string ConfigMap = "/api/v1/namespaces/admissionguard-system/configmaps/admissionguard-config";
    public const string Service = "/api/v1/namespaces/admissionguard-system/services/admissionguard";
    public const string Caller = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    public const string OwnNamespace = "/api/v1/namespaces/admissionguard-system";
    public const string OwnNamespaceStatus = OwnNamespace + "/status";
    public const string Secret = "/api/v1/namespaces/admissionguard-system/secrets/admissionguard-tls";
    public const string Namespaces = "/api/v1/namespaces";
    public const string Tenants = "/apis/capsule.clastix.io/v1beta2/tenants";
    public const string Policies = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";
    public const string PolicyBindings = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings";
    public const string CapsuleConfiguration = "/apis/capsule.clastix.io/v1beta2/capsuleconfigurations/default";
    public const string CapsuleDeployments = "/apis/apps/v1/namespaces/capsule-system/deployments";

    public const string Guard = "system:serviceaccount:admissionguard-system:admissionguard";

    private static readonly string[] Needed = [
        "tenants get", "tenants list", "capsuleconfigurations get", "subjectaccessreviews create", "namespaces list"
    ];

    private StubInstallation(StubCluster cluster) => Cluster = cluster;

    public StubCluster Cluster { get; }

    public TestCertificate Authority { get; } = TestCertificate.SelfSigned(CertificateSpec.Authority("AdmissionGuard CA"));

    public static async Task<StubInstallation> StartAsync()
    {
        var installation = new StubInstallation(await StubCluster.StartAsync());
        installation.Install();
        return installation;
    }

    /// <summary>An object of a list, to be changed.</summary>
    public void Change(string path, Action<JsonObject> change, string? name = null)
    {
        var list = JsonNode.Parse(Cluster.Answers[path])!.AsObject();
        change(
            list["items"] is JsonArray items
                ? items.OfType<JsonObject>().First(item => name is null || (string?)item["metadata"]!["name"] == name)
                : list);
        Cluster.Answers[path] = list.ToJsonString();
    }

    /// <summary>One more object of a list.</summary>
    public void Add(string path, string json)
    {
        var list = JsonNode.Parse(Cluster.Answers[path])!.AsObject();
        list["items"]!.AsArray().Add(JsonNode.Parse(json));
        Cluster.Answers[path] = list.ToJsonString();
    }

    public void List(string path, params string[] items) => Cluster.Answers[path] = $$"""{"items":[{{string.Join(',', items)}}]}""";

    /// <summary>What the doctor says.</summary>
    public async Task<DoctorAnswer> AskAsync(DoctorOptions? options = null) =>
        await DoctorAnswer.OfAsync(await Cluster.KubeconfigAsync(), options);

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();

    /// <summary>Issues a serving certificate that is valid between two times, counted from now.</summary>
    public TestCertificate Issue(TimeSpan from, TimeSpan to, string host = "admissionguard.admissionguard-system.svc") =>
        Authority.Issue(new CertificateSpec("admissionguard") { Names = [$"dns:{host}"], From = from, To = to });

    /// <summary>Serves a certificate out of the Secret, and trusts its authority.</summary>
    public void Serve(TestCertificate certificate, string? authority = null) =>
        Serve(certificate.Pem, certificate.KeyPem, authority);

    /// <summary>The same, for a certificate and a key that may not belong together.</summary>
    public void Serve(string certificate, string key, string? authority = null)
    {
        Cluster.Answers[Secret] = $$$"""{"data":{"tls.crt":"{{{Base64(certificate)}}}","tls.key":"{{{Base64(key)}}}"}}""";
        foreach (var path in new[] { Mutating, Validating })
        {
            Change(path, configuration => configuration["webhooks"]![0]!["clientConfig"]!["caBundle"] = Base64(authority ?? Authority.Pem));
        }
    }

    /// <summary>The arguments of the guard's container.</summary>
    public static JsonArray Arguments(JsonNode deployment) =>
        deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]!.AsArray();

    public static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));

    private void Install()
    {
        var answers = Cluster.Answers;
        answers["/version"] = """{"major":"1","minor":"36","gitVersion":"v1.36.2"}""";
        var webhooks = Manifests("webhooks.yaml");
        // As the base has it, with the component match-conditions.
        webhooks[1]["webhooks"]![0]!["matchConditions"] = new JsonArray(
            new JsonObject
            {
                ["name"] = "touches-tenancy",
                ["expression"] = AdmissionGuard.Tools.Diagnosing.Webhooks.TenancyMatchCondition.Known(new()),
            });
        List(Mutating, webhooks[0].ToJsonString());
        List(Validating, webhooks[1].ToJsonString());
        List(Deployments, Manifests("deployment.yaml")[0].ToJsonString());
        Change(Deployments, deployment => deployment["status"] = new JsonObject { ["readyReplicas"] = 2 });
        List(Pods, Pod("node-a"), Pod("node-b"));
        List(
            Budgets,
            """{"metadata":{"name":"admissionguard"},"spec":{"selector":{"matchLabels":{"app.kubernetes.io/name":"admissionguard"}}}}""");
        answers[ConfigMap] = Manifests("configmap.yaml")[0].ToJsonString();
        List(
            Namespaces,
            Namespace("default", "{}"),
            Namespace("billing", """{"capsule.clastix.io/tenant":"oil"}""", Reference("oil", "oil-uid")));
        List(Tenants, StubApiServer.TenantJson("oil").ToJsonString(), StubApiServer.TenantJson("gas").ToJsonString());
        answers[Caller] = """{"kind":"SelfSubjectReview","status":{"userInfo":{"username":"dora"}}}""";
        answers[Service] = Manifests("service.yaml")[0].ToJsonString();
        Refuse(OwnNamespace, "mutate.admissionguard.io");
        Refuse(OwnNamespaceStatus, "validate.admissionguard.io");
        List(Policies, Manifests("../components/cel-backstop/policy.yaml")[0].ToJsonString());
        List(PolicyBindings, Manifests("../components/cel-backstop/binding.yaml")[0].ToJsonString());
        Bind("User", "mover");
        Cluster.Allows = spec => (string?)spec["user"] != Guard
            || Needed.Contains($"{spec["resourceAttributes"]!["resource"]} {spec["resourceAttributes"]!["verb"]}", StringComparer.Ordinal);
        Serve(Issue(TimeSpan.FromDays(-1), TimeSpan.FromDays(364)));
    }

    /// <summary>Refuses a change of a namespace, as one of the guard's webhooks does.</summary>
    public void Refuse(string path, string webhook) => Refuse(
        path,
        403,
        $"admission webhook \"{webhook}\" denied the request: doctor can't change the tenancy of namespace admissionguard-system: an "
            + "ownerReference to \"TenantProbe admissionguard-doctor\" can't be added: in that API group only a tenant may own a namespace; "
            + "remove it");

    /// <summary>Refuses a change of a namespace.</summary>
    public void Refuse(string path, int code, string message)
    {
        Cluster.Codes[path] = code;
        Cluster.Answers[path] = new JsonObject { ["kind"] = "Status", ["code"] = code, ["message"] = message }.ToJsonString();
    }

    /// <summary>Capsule as it is installed, by its image's tag.</summary>
    public void InstallCapsule(string version, string configuration, string? account = "capsule")
    {
        Add(
            Validating,
            """{"metadata":{"name":"capsule-dynamic-webhook"},"webhooks":[{"name":"namespaces.validating.projectcapsule.dev","clientConfig":{"service":{"namespace":"capsule-system","name":"capsule"}}}]}""");
        var spec = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["image"] = $"projectcapsule/capsule:{version}" }) };
        if (account is not null)
        {
            spec["serviceAccountName"] = account;
        }

        List(CapsuleDeployments, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "capsule-controller-manager", ["namespace"] = "capsule-system" },
            ["spec"] = new JsonObject { ["template"] = new JsonObject { ["spec"] = spec } },
        }.ToJsonString());
        Cluster.Answers[CapsuleConfiguration] = $$$"""{"kind":"CapsuleConfiguration","metadata":{"name":"default"},"spec":{{{configuration}}} }""";
    }

    /// <summary>Those who may migrate, and Kubernetes' own.</summary>
    public void Bind(params string[] kindsAndNames)
    {
        const string Rbac = "/apis/rbac.authorization.k8s.io/v1";
        List($"{Rbac}/clusterroles",
            """{"metadata":{"name":"cluster-admin"},"rules":[{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}]}""",
            """{"metadata":{"name":"admissionguard-migrator"},"rules":[{"apiGroups":["capsule.clastix.io"],"resources":["tenants"],"verbs":["release","adopt"]}]}""",
            """{"metadata":{"name":"admissionguard-tenant-orphaner"},"rules":[{"apiGroups":["capsule.clastix.io"],"resources":["tenants"],"verbs":["release"]}]}""");
        List($"{Rbac}/clusterrolebindings",
            [
                """{"metadata":{"name":"cluster-admin"},"roleRef":{"name":"cluster-admin"},"subjects":[{"kind":"Group","name":"system:masters"}]}""",
                """{"metadata":{"name":"orphaner"},"roleRef":{"name":"admissionguard-tenant-orphaner"},"subjects":[{"kind":"User","name":"somebody"}]}""",
                .. kindsAndNames.Chunk(2)
                    .Select(
                        pair => $$$"""{"metadata":{"name":"movers"},"roleRef":{"name":"admissionguard-migrator"},"subjects":[{"kind":"{{{pair[0]}}}","name":"{{{pair[1]}}}","namespace":"ci"}]}"""),
            ]);
    }

    public static string Namespace(string name, string labels, params string[] references) =>
        $$$"""{"metadata":{"name":"{{{name}}}","labels":{{{labels}}},"ownerReferences":[{{{string.Join(',', references)}}}]}}""";

    public static string Reference(string tenant, string uid) =>
        $$"""{"apiVersion":"capsule.clastix.io/v1beta2","kind":"Tenant","name":"{{tenant}}","uid":"{{uid}}"}""";

    public static string Pod(string node, string image = "admissionguard:0.1.0") =>
        $$$"""{"metadata":{"name":"{{{node}}}","labels":{"app.kubernetes.io/name":"admissionguard"}},"spec":{"nodeName":"{{{node}}}","containers":[{"name":"admissionguard","image":"{{{image}}}"}]},"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}""";

    private static List<JsonObject> Manifests(string file)
    {
        var yaml = new YamlStream();
        using var reader = new StreamReader(Repository.File("deploy", "base", file));
        yaml.Load(reader);
        return [.. yaml.Documents.Select(document => new YamlToJson().Convert(document.RootNode)!.AsObject())];
    }
}
