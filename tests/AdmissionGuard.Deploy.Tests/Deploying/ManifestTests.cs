using System.Reflection;
using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;
using k8s;
using k8s.Models;

namespace AdmissionGuard.Deploy.Tests.Deploying;

/// <summary>What is rendered, field by field: no API server of the right version stands in every place where this is changed.</summary>
public sealed class ManifestTests
{
    // Custom resources, whose fields no model of Kubernetes knows.
    private static readonly string[] Unmapped = [
        "cert-manager.io/v1 Certificate",
        "cert-manager.io/v1 Issuer",
        "monitoring.coreos.com/v1 PodMonitor",
        "monitoring.coreos.com/v1 PrometheusRule",
        "monitoring.coreos.com/v1 ServiceMonitor",
    ];

    private static readonly string[] Volumes = [
        "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"
    ];

    private static readonly Dictionary<string, Type> Models = typeof(V1Namespace).Assembly.GetTypes()
        .Select(type => (Type: type, Entity: type.GetCustomAttribute<KubernetesEntityAttribute>()))
        .Where(each => each.Entity is not null)
        .DistinctBy(each => Name(each.Entity!), StringComparer.Ordinal)
        .ToDictionary(each => Name(each.Entity!), each => each.Type, StringComparer.Ordinal);

    private static readonly string[] Everything =
        ["high-availability", "flow-schema", "match-conditions", "cel-backstop", "monitoring", "network-policy", "client-certificates"];

    [Theory]
    [InlineData("self-managed")]
    [InlineData("cert-manager")]
    public async Task Every_object_has_only_fields_that_Kubernetes_knows(string certificates)
    {
        var kustomized = Manifest.Read(await Manifest.KustomizeAsync([certificates, .. Everything]));
        var rendered = Manifest.Read(await RenderAsync(certificates));

        foreach (var each in kustomized.Objects.Concat(rendered.Objects))
        {
            var kind = $"{each["apiVersion"]} {each["kind"]}";
            if (Models.TryGetValue(kind, out var model))
            {
                KubernetesYaml.LoadAllFromString(
                    each.ToJsonString(),
                    new Dictionary<string, Type>(StringComparer.Ordinal) { [$"{each["apiVersion"]}/{each["kind"]}"] = model },
                    strict: true);
            }
            else
            {
                Assert.Contains(kind, Unmapped);
            }
        }
    }

    [Fact]
    public void A_field_that_Kubernetes_does_not_know_would_be_found() =>
        Assert.ThrowsAny<Exception>(
            () => KubernetesYaml.LoadAllFromString(
                """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a","labelz":{}}}""", strict: true));

    [Theory]
    [InlineData("Deployment")]
    [InlineData("Job")]
    public async Task Pods_meet_the_pod_security_standard_restricted(string kind)
    {
        var pod = Manifest.Read(await RenderAsync("cert-manager")).One(kind)["spec"]!["template"]!["spec"]!;

        Assert.True((bool)pod["securityContext"]!["runAsNonRoot"]!);
        Assert.NotEqual(0, (long)pod["securityContext"]!["runAsUser"]!);
        Assert.Equal("RuntimeDefault", (string?)pod["securityContext"]!["seccompProfile"]!["type"]);
        Assert.All(["hostNetwork", "hostPID", "hostIPC"], host => Assert.Null(pod[host]));
        Assert.NotEmpty(pod["volumes"]!.AsArray());
        Assert.All(
            pod["volumes"]!.AsArray(),
            volume => Assert.Contains(Assert.Single(volume!.AsObject(), each => each.Key != "name").Key, Volumes));
        Assert.NotEmpty(pod["containers"]!.AsArray());
        Assert.All(pod["containers"]!.AsArray(), container =>
        {
            var security = container!["securityContext"]!;
            Assert.False((bool)security["allowPrivilegeEscalation"]!);
            Assert.True((bool)security["readOnlyRootFilesystem"]!);
            Assert.Equal("""{"drop":["ALL"]}""", security["capabilities"]!.ToJsonString());
            Assert.Null(security["privileged"]);
            Assert.All(container["ports"]?.AsArray() ?? [], port => Assert.Null(port!["hostPort"]));
        });
        Assert.Null(pod["initContainers"]);
    }

    [Theory]
    [InlineData("self-managed")]
    [InlineData("cert-manager")]
    public async Task The_program_knows_every_argument_that_it_is_given(string certificates)
    {
        foreach (var manifest in new[] { await Manifest.KustomizeAsync([certificates, .. Everything]), await RenderAsync(certificates) })
        {
            foreach (var pod in Manifest.Read(manifest).Objects.Select(each => each["spec"]?["template"]?["spec"]).OfType<JsonNode>())
            {
                var arguments = pod["containers"]![0]!["args"]!.AsArray().Select(each => (string)each!);
                var run = await new Command(
                    "dotnet",
                    [
                        Path.Combine(AppContext.BaseDirectory, "admissionguard.dll"), .. arguments, "--kubeconfig", "/no/such/kubeconfig"
                    ]).RunAsync(TestContext.Current.CancellationToken);

                Assert.Equal(2, run.ExitCode);
                Assert.DoesNotContain("for usage", run.Error, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task The_condition_is_the_same_wherever_it_stands()
    {
        var rendered = Manifest.Read(await RenderAsync("self-managed"));

        Assert.Equal(Conditions.MatchCondition, Conditions.Backstop.MatchConditions.Single().Expression);
        Assert.Equal(Conditions.MatchCondition, Expression(rendered.One("ValidatingWebhookConfiguration")["webhooks"]![0]!));
        Assert.Equal(Conditions.MatchCondition, Expression(rendered.One("ValidatingAdmissionPolicy")["spec"]!));
        // It would cancel the second look at what a later mutator has labelled.
        Assert.Null(rendered.One("MutatingWebhookConfiguration")["webhooks"]![0]!["matchConditions"]);
    }

    [Fact]
    public async Task Only_the_mutator_passes_kube_system_over()
    {
        var manifest = Manifest.Read(await Manifest.KustomizeAsync(["match-conditions"]));

        Assert.Equal(
            """{"matchExpressions":[{"key":"kubernetes.io/metadata.name","operator":"NotIn","values":["kube-system"]}]}""",
            manifest.One("MutatingWebhookConfiguration")["webhooks"]![0]!["namespaceSelector"]!.ToJsonString());
        Assert.Null(manifest.One("ValidatingWebhookConfiguration")["webhooks"]![0]!["namespaceSelector"]);
        Assert.Null(manifest.One("ValidatingWebhookConfiguration")["webhooks"]![0]!["objectSelector"]);
    }

    public static TheoryData<string> Installations() =>
        [.. Manifest.Overlays, "chart"];

    [Theory]
    [MemberData(nameof(Installations))]
    public async Task The_guard_knows_its_own_namespace_and_nothing_leaves_it_or_the_controllers_out_of_the_validator(string installation)
    {
        var text = installation == "chart"
            ? (await Manifest.HelmAsync("--namespace", "guards")).Ok()
            : await (await ClientTools.FindAsync()).KustomizeAsync(Repository.File("deploy", "overlays", installation));
        var manifest = Manifest.Read(text);
        var (deployment, webhook) = (manifest.One("Deployment"), manifest.One("ValidatingWebhookConfiguration")["webhooks"]![0]!);
        var pod = deployment["spec"]!["template"]!["spec"]!;

        // By the service account's volume; an argument would come before it.
        Assert.True((bool)pod["automountServiceAccountToken"]!);
        Assert.DoesNotContain(
            pod["containers"]![0]!["args"]!.AsArray(),
            argument => ((string)argument!).StartsWith("--namespace", StringComparison.Ordinal));
        Assert.Equal((string?)deployment["metadata"]!["namespace"], (string?)webhook["clientConfig"]!["service"]!["namespace"]);
        Assert.Null(webhook["namespaceSelector"]);
        Assert.Null(webhook["objectSelector"]);
        Assert.All(
            webhook["matchConditions"]?.AsArray() ?? [],
            condition => Assert.Equal(Conditions.MatchCondition, (string?)condition!["expression"]));
    }

    private static string Expression(JsonNode of) => (string)of["matchConditions"]!.AsArray().Single()!["expression"]!;

    private static async Task<string> RenderAsync(string certificates) => (await Manifest.HelmAsync(
        "--set",
        $"certificates.source={certificates},flowSchema.enabled=true,matchConditions.enabled=true,backstop.enabled=true,monitoring.enabled=true,clientCertificates.enabled=true",
        "--set",
        "networkPolicy.enabled=true,networkPolicy.controlPlaneCidrs={10.0.0.0/28},tolerations[0].operator=Exists,nodeSelector.a=b,imagePullSecrets[0].name=mine,podAnnotations.a=b,podLabels.c=d,extraArgs={--drain=5s},extraEnv[0].name=A,extraEnv[0].value=b")).Ok();

    private static string Name(KubernetesEntityAttribute entity) =>
        $"{(string.IsNullOrEmpty(entity.Group) ? "" : entity.Group + "/")}{entity.ApiVersion} {entity.Kind}";
}
