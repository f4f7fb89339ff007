using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.Deploy.Tests.Deploying;

/// <summary>The Helm chart: the same objects as Kustomize makes, and an end to values that can't be meant.</summary>
public sealed class ChartTests : IDisposable
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("self-managed", "1.21.0", "certificates.source=self-managed")]
    [InlineData("cert-manager", "1.21.0", "certificates.source=cert-manager")]
    [InlineData("files", "1.21.0", "certificates.source=files")]
    [InlineData("self-managed-1.30", "1.30.0", "flowSchema.enabled=true")]
    [InlineData("cert-manager-1.30", "1.30.0", "certificates.source=cert-manager,flowSchema.enabled=true")]
    [InlineData("files-1.30", "1.30.0", "certificates.source=files,flowSchema.enabled=true")]
    [InlineData("complete", "1.30.0", "flowSchema.enabled=true")]
    public async Task An_overlay_and_its_values_are_the_same_objects_on_the_oldest_cluster_that_it_is_for(
        string overlay, string version, string values)
    {
        Assert.Contains(overlay, Manifest.Overlays);
        await AreTheSameAsync(
            await (await ClientTools.FindAsync()).KustomizeAsync(Repository.File("deploy", "overlays", overlay)), values, version);
    }

    [Fact]
    public void Every_overlay_is_compared() =>
        Assert.Equal(
            [
                "cert-manager",
                "cert-manager-1.30",
                "complete",
                "files",
                "files-1.30",
                "self-managed",
                "self-managed-1.30",
            ],
            Manifest.Overlays);

    [Theory]
    [InlineData("audit", "[\"Audit\"]", "roll-out")]
    [InlineData("warn", "[\"Warn\",\"Audit\"]", "roll-out-warn")]
    public async Task The_steps_of_the_roll_out_set_the_mode_and_the_action_of_the_backstop_together(
        string mode, string actions, string component)
    {
        var without = Manifest.Read(await Manifest.KustomizeAsync(["self-managed", component]));
        var with = Manifest.Read(await Manifest.KustomizeAsync(["self-managed", "cel-backstop", component]));
        var chart = Manifest.Read((await Manifest.HelmAsync("--set", $"configuration.mode={mode}")).Ok());
        var chosen = Manifest.Read((await Manifest.HelmAsync(
            "--set", $"configuration.mode={mode}", "--set", "backstop.validationActions={Deny,Audit}")).Ok());

        Assert.All([without, with, chart], each => Assert.Equal(
            $$"""{"mode":"{{mode}}"}""",
            Manifest.Read((string)each.One("ConfigMap", "admissionguard-config")["data"]!["config.yaml"]!)
                .Objects.Single()
                .ToJsonString()));
        Assert.DoesNotContain(without.Objects, each => (string?)each["kind"] == "ValidatingAdmissionPolicyBinding");
        Assert.All([with, chart], each => Assert.Equal(actions, Actions(each)));
        Assert.Equal("""["Deny","Audit"]""", Actions(chosen));

        static string Actions(Manifest manifest) =>
            manifest.One("ValidatingAdmissionPolicyBinding")["spec"]!["validationActions"]!.ToJsonString();
    }

    [Theory]
    [InlineData("")]
    [InlineData("--is-upgrade")]
    public async Task Without_a_cluster_to_look_at_the_validator_is_rendered_with_Fail_and_no_job_raises_it(string upgrade)
    {
        string[] arguments = upgrade.Length == 0 ? [] : [upgrade];
        var rendered = Manifest.Read((await Manifest.HelmAsync(["--kube-version", "1.27.0", .. arguments])).Ok());
        var first = Manifest.Read(
            (await Manifest.HelmAsync(["--kube-version", "1.27.0", "--set", "webhooks.failurePolicy=Ignore", .. arguments])).Ok());

        Assert.Equal("Fail", Policy(rendered));
        Assert.Equal("Ignore", Policy(first));
        Assert.All([rendered, first], each => Assert.Equal("admissionguard-unregister", (string?)each.One("Job")["metadata"]!["name"]));

        static string? Policy(Manifest manifest) =>
            (string?)manifest.One("ValidatingWebhookConfiguration")["webhooks"]![0]!["failurePolicy"];
    }

    [Theory]
    [InlineData("", "certificates.source=files")]
    [InlineData("self-managed", "certificates.source=self-managed")]
    [InlineData("cert-manager", "certificates.source=cert-manager")]
    [InlineData("self-managed,first-step", "webhooks.failurePolicy=Ignore")]
    [InlineData("self-managed,flow-schema", "flowSchema.enabled=true")]
    [InlineData("self-managed,match-conditions", "matchConditions.enabled=true")]
    [InlineData("self-managed,cel-backstop", "backstop.enabled=true")]
    [InlineData("self-managed,monitoring", "monitoring.enabled=true")]
    [InlineData("self-managed,monitoring,service-monitor", "monitoring.enabled=true,monitoring.kind=ServiceMonitor")]
    [InlineData("self-managed,client-certificates", "clientCertificates.enabled=true")]
    [InlineData("client-certificates", "certificates.source=files,clientCertificates.enabled=true")]
    public async Task A_component_and_its_value_are_the_same_objects(string components, string values) =>
        await AreTheSameAsync(
            await Manifest.KustomizeAsync(components.Split(',', StringSplitOptions.RemoveEmptyEntries)),
            $"highAvailability.enabled=false,matchConditions.enabled=false,backstop.enabled=false,{values}");

    [Fact]
    public async Task The_network_policy_is_the_same_once_it_says_where_the_control_plane_is()
    {
        const string Patch = """
            patches:
            - target: {kind: NetworkPolicy, name: admissionguard}
              patch: |-
                - {op: replace, path: /spec/ingress/0/from/0/ipBlock/cidr, value: 10.0.0.0/28}
                - {op: replace, path: /spec/egress/0/to/0/ipBlock/cidr, value: 10.0.0.0/28}
            """;

        await AreTheSameAsync(
            await Manifest.KustomizeAsync(["self-managed", "network-policy"], Patch),
            "highAvailability.enabled=false,matchConditions.enabled=false,backstop.enabled=false,networkPolicy.enabled=true,"
                + "networkPolicy.controlPlaneCidrs={10.0.0.0/28}");
    }

    [Fact]
    public async Task Every_component_is_compared()
    {
        string[] compared = [
            "cel-backstop",
            "cert-manager",
            "client-certificates",
            "first-step",
            "flow-schema",
            "high-availability",
            "kubernetes-1.30",
            "match-conditions",
            "monitoring",
            "network-policy",
            "roll-out",
            "roll-out-warn",
            "self-managed",
            "service-monitor",
        ];

        Assert.Equal(
            compared,
            Directory.EnumerateDirectories(Repository.File("deploy", "components")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        (await (await ClientTools.FindAsync()).HelmAsync(
            "lint", "--strict", "--namespace", "admissionguard-system", Repository.File("deploy", "chart"))).Ok();
    }

    [Theory]
    [InlineData("image.tga=1", "at '/image': additional properties 'tga' not allowed")]
    [InlineData("imagee.tag=1", "additional properties 'imagee' not allowed")]
    [InlineData("certificates.source=magic", "at '/certificates/source': value must be one of 'self-managed', 'cert-manager', 'files'")]
    [InlineData("replicas=0", "at '/replicas': minimum: got 0, want 1")]
    [InlineData("podSecurityContext.runAsUser=0", "at '/podSecurityContext/runAsUser'")]
    [InlineData("backstop.validationActions={deny}", "at '/backstop/validationActions/0': value must be one of 'Deny', 'Warn', 'Audit'")]
    [InlineData("webhooks.failurePolicy=ignore", "at '/webhooks/failurePolicy': value must be one of '', 'Fail', 'Ignore'")]
    [InlineData("networkPolicy.controlPlaneCidrs={CONTROL-PLANE-CIDR}", "at '/networkPolicy/controlPlaneCidrs/0'")]
    [InlineData("monitoring.kind=Probe", "at '/monitoring/kind': value must be one of 'PodMonitor', 'ServiceMonitor'")]
    [InlineData("monitoring.runbookUrl=", "at '/monitoring/runbookUrl'")]
    [InlineData("monitoring.runbookUrl=https://wiki.example.com/guard#alerts", "at '/monitoring/runbookUrl'")]
    [InlineData("configuration.mode=off", "at '/configuration/mode'")]
    [InlineData("configuration.verbs.adopt=Take In", "at '/configuration/verbs/adopt': 'Take In' does not match")]
    [InlineData("configuration.rules.quota=warn", "at '/configuration/rules': additional properties 'quota' not allowed")]
    [InlineData(
        "configuration.tenant.controllers={capsule-system:capsule}",
        "at '/configuration/tenant/controllers/0': 'capsule-system:capsule' does not match")]
    [InlineData(
        "configuration.tenant.controllers={operator,system:serviceaccount:capsule-system}", "at '/configuration/tenant/controllers/1'")]
    [InlineData(
        "extraArgs={--drain=5s,--namespace=elsewhere}",
        "extraArgs contains --namespace=elsewhere: the guard runs in namespace admissionguard-system")]
    [InlineData("extraArgs={--namespace,elsewhere}", "extraArgs contains --namespace: the guard runs in namespace admissionguard-system")]
    [InlineData("networkPolicy.enabled=true", "networkPolicy.controlPlaneCidrs is empty")]
    [InlineData("certificates.source=files", "certificates.caBundle is empty")]
    [InlineData("certificates.caBundle=-----BEGIN CERTIFICATE-----", "certificates.caBundle is only for certificates.source=files")]
    public async Task A_wrong_value_is_refused_and_named(string value, string words)
    {
        var answer = await Manifest.HelmAsync("--set", value);

        Assert.NotEqual(0, answer.ExitCode);
        Assert.Contains(words, answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("self-managed")]
    [InlineData("cert-manager")]
    public async Task In_another_namespace_everything_is_the_same_but_for_its_name(string certificates)
    {
        string[] values =
        [
            "--set", $"certificates.source={certificates},monitoring.enabled=true,flowSchema.enabled=true,backstop.enabled=true",
            "--set", "networkPolicy.enabled=true,networkPolicy.controlPlaneCidrs={10.0.0.0/28}",
        ];

        var standard = (await Manifest.HelmAsync(values)).Ok();
        var other = (await Manifest.HelmAsync([.. values, "--namespace", "guards"])).Ok();

        Assert.Contains("admissionguard-system", standard, StringComparison.Ordinal);
        Assert.Equal(standard.Replace("admissionguard-system", "guards", StringComparison.Ordinal), other);
        var rendered = Manifest.Read(other);
        Assert.All(
            ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
            kind => Assert.Equal("guards", (string?)rendered.One(kind)["webhooks"]![0]!["clientConfig"]!["service"]!["namespace"]));
        Assert.Equal("guards", (string?)rendered.One("Service")["metadata"]!["namespace"]);
        Assert.Equal("guards", (string?)rendered.One("Deployment")["metadata"]!["namespace"]);
    }

    [Theory]
    [InlineData("1.29.9", "null", false)]
    [InlineData("1.30.0", "null", true)]
    [InlineData("1.36.0", "false", false)]
    public async Task The_backstop_is_there_wherever_the_cluster_knows_it_and_nobody_declines(string version, string value, bool expected)
    {
        var rendered = Manifest.Read((await Manifest.HelmAsync("--kube-version", version, "--set", $"backstop.enabled={value}")).Ok());

        Assert.Equal(expected, rendered.Objects.Any(each => (string?)each["kind"] == "ValidatingAdmissionPolicy"));
    }

    [Theory]
    [InlineData("1.27.9", "null", false)]
    [InlineData("1.28.0", "null", true)]
    [InlineData("1.36.0", "false", false)]
    public async Task The_condition_is_there_wherever_the_cluster_knows_it_and_nobody_declines(string version, string value, bool expected)
    {
        var rendered = Manifest.Read(
            (await Manifest.HelmAsync("--kube-version", version, "--set", $"matchConditions.enabled={value}")).Ok());

        Assert.Equal(expected, rendered.One("ValidatingWebhookConfiguration")["webhooks"]![0]!["matchConditions"] is not null);
    }

    [Fact]
    public async Task What_Prometheus_selects_by_can_be_told()
    {
        var rendered = Manifest.Read(
            (await Manifest.HelmAsync("--set", "monitoring.enabled=true,monitoring.labels.release=prometheus")).Ok());

        Assert.All(["PodMonitor", "PrometheusRule"], kind => Assert.Equal(
            ("prometheus", "admissionguard"),
            ((string?)rendered.One(
                kind)["metadata"]!["labels"]!["release"], (string?)rendered.One(kind)["metadata"]!["labels"]!["app.kubernetes.io/name"])));
    }

    [Theory]
    [InlineData("matchConditions", "1.27.9", "1.28.0")]
    [InlineData("flowSchema", "1.28.9", "1.29.0")]
    [InlineData("backstop", "1.29.9", "1.30.0")]
    public async Task What_a_cluster_is_too_old_for_is_refused_before_anything_is_installed(string choice, string tooOld, string enough)
    {
        var refused = await Manifest.HelmAsync("--set", $"{choice}.enabled=true", "--kube-version", tooOld);

        Assert.Contains(
            $"{choice}.enabled requires Kubernetes {enough[..4]} or newer, but this cluster has v{tooOld}",
            refused.Error,
            StringComparison.Ordinal);
        (await Manifest.HelmAsync("--set", $"{choice}.enabled=true", "--kube-version", enough)).Ok();
    }

    [Fact]
    public async Task Other_tenants_reach_roles_and_conditions_too()
    {
        var manifest = (await Manifest.HelmAsync(
            "--set", "matchConditions.enabled=true,backstop.enabled=true",
            "--set",
            "configuration.tenant.labelKey=example.com/team,configuration.tenant.group=platform.example.com,configuration.tenant.kind=Team,configuration.tenant.plural=teams",
            "--set", "configuration.verbs.adopt=take")).Ok();

        Assert.DoesNotContain("capsule.clastix.io/", manifest, StringComparison.Ordinal);
        Assert.DoesNotContain("'Tenant'", manifest, StringComparison.Ordinal);
        Assert.Contains("object.metadata.labels['example.com/team'] != ''", manifest, StringComparison.Ordinal);
        Assert.Contains("r.apiVersion.startsWith('platform.example.com/') && r.kind == 'Team'", manifest, StringComparison.Ordinal);
        var rules = Manifest.Read(manifest).One("ClusterRole", "admissionguard-migrator")["rules"]!;
        Assert.Equal(
            """{"apiGroups":["platform.example.com"],"resources":["teams"],"verbs":["release","take"]}""", rules[0]!.ToJsonString());
    }

    [Fact]
    public void What_the_chart_takes_from_the_base_is_current()
    {
        Generated.FileIs("deploy/chart/templates/rbac.yaml", ChartSources.Rights());
        Generated.FileIs("deploy/chart/templates/_pod.tpl", ChartSources.Pod());
        // Helm reads no file outside of the chart.
        foreach (var file in new[] { "dashboard.json", "prometheus-rules.yaml" })
        {
            Generated.FileIs($"deploy/chart/files/{file}", File.ReadAllText(Repository.File("deploy", "components", "monitoring", file)));
        }
    }

    [Theory]
    [InlineData("deploy/components/match-conditions/webhooks.yaml")]
    [InlineData("deploy/components/cel-backstop/policy.yaml")]
    [InlineData("deploy/chart/files/touches-tenancy.cel")]
    public void The_condition_is_the_one_that_the_program_knows(string file)
    {
        const string Source = "src/AdmissionGuard.Tools/Diagnosing/Webhooks/touches-tenancy.cel";
        Generated.FileIs(
            file, ChartSources.WithCondition(File.ReadAllText(Repository.File(file)), File.ReadAllText(Repository.File(Source))));
    }

    [Fact]
    public void The_schema_of_the_values_knows_every_setting_of_the_configuration()
    {
        const string File = "deploy/chart/values.schema.json";
        var values = JsonNode.Parse(System.IO.File.ReadAllText(Repository.File(File)))!.AsObject();
        var configuration = JsonNode.Parse(System.IO.File.ReadAllText(Repository.File("deploy", "config.schema.json")))!.AsObject();
        configuration.Remove("$schema");
        ForHelm(configuration);
        values["properties"]!["configuration"] = configuration;

        Generated.FileIs(File, values.ToJsonString(Indented) + "\n");
    }

    [Fact]
    public async Task The_notes_say_what_comes_next_in_this_mode()
    {
        // Only an installation shows them; --dry-run=client is one without a cluster.
        var notes = (await (await ClientTools.FindAsync()).HelmAsync(
            "install",
            "guard",
            Repository.File("deploy", "chart"),
            "--namespace",
            "admissionguard-system",
            "--dry-run=client",
            "--set",
            "backstop.validationActions={Deny},configuration.mode=warn")).Ok();

        Assert.Contains("kubectl -n admissionguard-system rollout status deployment/admissionguard", notes, StringComparison.Ordinal);
        Assert.Contains("It is in mode warn.", notes, StringComparison.Ordinal);
        Assert.Contains("leave backstop.validationActions empty", notes, StringComparison.Ordinal);
        Assert.Contains("clear the drift that they leave before you enforce", notes, StringComparison.Ordinal);
        Assert.Contains(
            "kubectl delete validatingwebhookconfiguration,mutatingwebhookconfiguration 00-admissionguard",
            notes,
            StringComparison.Ordinal);
        Assert.Contains("helm uninstall guard --namespace admissionguard-system", notes, StringComparison.Ordinal);
    }

    /// <summary>With the configuration that the base has, so that it is compared too; with a CA if there is to be one.</summary>
    private async Task AreTheSameAsync(string kustomized, string values, string version = "1.36.0")
    {
        List<string> arguments = ["--set", values, "--kube-version", version];
        if (values.Contains("files", StringComparison.Ordinal))
        {
            var ca = Path.Combine(_folder.FullName, "ca.crt");
            (await new Command(
                "openssl",
                [
                    "req",
                    "-x509",
                    "-newkey",
                    "ec",
                    "-pkeyopt",
                    "ec_paramgen_curve:P-256",
                    "-nodes",
                    "-subj",
                    "/CN=test",
                    "-addext",
                    "basicConstraints=critical,CA:TRUE",
                    "-keyout",
                    "/dev/null",
                    "-out",
                    ca,
                ]).RunAsync()).Ok();
            arguments.AddRange(["--set-file", $"certificates.caBundle={ca}"]);
            kustomized = (await new Command(
                Repository.File("certs-scripts", "set-ca-bundle.sh"), ["--ca", ca, "-"]) { Input = kustomized }.RunAsync()).Ok();
        }

        var expected = Manifest.Read(kustomized);
        var configuration = Manifest.Read(
            (string)expected.One("ConfigMap", "admissionguard-config")["data"]!["config.yaml"]!).Objects.Single();
        var file = Path.Combine(_folder.FullName, "values.yaml");
        await File.WriteAllTextAsync(file, new JsonObject { ["configuration"] = configuration.DeepClone() }.ToJsonString());

        var rendered = Manifest.Read((await Manifest.HelmAsync([.. arguments, "--values", file])).Ok());

        Assert.Equal(expected.Comparable(), rendered.Comparable());
        Assert.Equal(
            ["ClusterRole", "ClusterRoleBinding", "Job", "ServiceAccount"],
            rendered.Objects.Where(Manifest.IsHook).Select(each => (string)each["kind"]!).Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// Go's patterns, which Helm checks by, know no look-ahead, and its YAML reads a bare <c>off</c> as false. The guard itself
    /// checks these settings all the same.
    /// </summary>
    private static void ForHelm(JsonNode? node)
    {
        if (node is JsonObject map)
        {
            if ((map["pattern"] as JsonValue)?.GetValue<string>() is { } pattern
                && (pattern.Contains("(?=", StringComparison.Ordinal) || pattern.Contains("(?!", StringComparison.Ordinal)))
            {
                map.Remove("pattern");
            }

            if (map["enum"] is JsonArray words && words.Any(word => word?.ToJsonString() == "\"off\""))
            {
                words.Add(false);
                map.Remove("type");
            }

            foreach (var (_, value) in map)
            {
                ForHelm(value);
            }
        }
        else if (node is JsonArray list)
        {
            foreach (var value in list)
            {
                ForHelm(value);
            }
        }
    }
}
