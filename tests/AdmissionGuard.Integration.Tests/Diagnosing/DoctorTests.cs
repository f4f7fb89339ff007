using System.Text.Json.Nodes;

namespace AdmissionGuard.Integration.Tests.Diagnosing;

/// <summary>What the doctor says of replicas, the configuration and tenants: well, and one thing broken at a time.</summary>
public sealed class DoctorTests : IAsyncLifetime
{
    private StubInstallation _here = null!;

    public async ValueTask InitializeAsync() => _here = await StubInstallation.StartAsync();

    public ValueTask DisposeAsync() => _here.DisposeAsync();

    [Fact]
    public async Task Of_an_installation_that_is_well_every_line_is_ok()
    {
        var answer = await _here.AskAsync();

        Assert.Empty(answer.Errors);
        Assert.Equal(0, answer.ExitCode);
        Assert.True((bool)answer.Result!["healthy"]!);
        Assert.Equal(
            ["admissionguard.io/v1alpha1", "DoctorResult"], [(string)answer.Result["apiVersion"]!, (string)answer.Result["kind"]!]);
    }

    [Fact]
    public async Task Where_nothing_is_installed_one_line_says_so()
    {
        _here.List(StubInstallation.Mutating);
        _here.List(StubInstallation.Validating);
        _here.List(StubInstallation.Deployments);

        var answer = await _here.AskAsync();

        Assert.Equal(
            [
                "ok api-server: Kubernetes 1.36.2",
                "failed replicas: no Deployment with label app.kubernetes.io/name=admissionguard found in namespace admissionguard-system",
            ],
            answer.Lines);
        Assert.Contains("deploy/docs/installing.md", answer.Remediation("replicas"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        """{"containerStatuses":[{"state":{"waiting":{"reason":"ImagePullBackOff","message":"Back-off pulling image \"x\""}}}]}""",
        "ImagePullBackOff: Back-off pulling image \"x\"")]
    [InlineData(
        """{"conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/3 nodes are available"}]}""",
        "Unschedulable: 0/3 nodes are available")]
    public async Task What_a_pod_waits_for_is_told_in_the_words_of_Kubernetes(string status, string words)
    {
        _here.Change(StubInstallation.Deployments, deployment => deployment["status"]!["readyReplicas"] = 0);
        _here.Change(StubInstallation.Pods, pod => pod["status"] = JsonNode.Parse(status), "node-b");

        Assert.Contains(
            $"failed replicas: 0 of 2 replicas of admissionguard are ready: the API server gets no response (pod node-b: {words})",
            (await _here.AskAsync()).Errors);
    }

    [Theory]
    [InlineData(403, null)]
    [InlineData(200, "mode: enfroce")]
    public async Task What_depends_on_a_configuration_that_is_not_known_is_not_judged_by_the_defaults(int code, string? configuration)
    {
        _here.Change(StubInstallation.PolicyBindings, binding => binding["spec"]!["validationActions"] = new JsonArray("Audit"));
        _here.Change(StubInstallation.Validating, webhooks => webhooks["webhooks"]![0]!["matchConditions"] = new JsonArray(
            new JsonObject { ["name"] = "theirs", ["expression"] = "true" }));
        _here.Cluster.Codes[StubInstallation.ConfigMap] = code;
        if (configuration is not null)
        {
            _here.Change(StubInstallation.ConfigMap, map => map["data"]!["config.yaml"] = configuration);
        }

        var answer = await _here.AskAsync();

        Assert.DoesNotContain(answer.Lines, line =>
            line.Contains(" backstop: ", StringComparison.Ordinal) || line.Contains(" match-conditions: ", StringComparison.Ordinal));
        Assert.Contains(answer.Errors, line => line.Contains(" configuration: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_reads_and_asks_and_sends_nothing_else()
    {
        await _here.AskAsync();

        Assert.NotEmpty(_here.Cluster.Asked);
        Assert.All(
            _here.Cluster.Asked,
            asked => Assert.True(
                asked.StartsWith("GET ", StringComparison.Ordinal)
                    || asked is "POST /apis/authorization.k8s.io/v1/subjectaccessreviews"
                        or $"PATCH {StubInstallation.OwnNamespace}"
                        or $"PATCH {StubInstallation.OwnNamespaceStatus}",
                asked));
        Assert.All(
            _here.Cluster.Queries.Where(query => query.StartsWith("PATCH ", StringComparison.Ordinal)),
            query => Assert.Equal("PATCH ?dryRun=All", query));
        Assert.Equal(2, _here.Cluster.Queries.Count(query => query.StartsWith("PATCH ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("v1.19.3", "failed api-server: Kubernetes 1.19.3 is not supported")]
    [InlineData("v1.20.5", null)]
    [InlineData("v1.27.1-eks-1234", null)]
    public async Task The_API_server_is_new_enough_or_not(string version, string? line)
    {
        _here.Cluster.Answers["/version"] = $$"""{"gitVersion":"{{version}}"}""";

        Assert.Equal(line, (await _here.AskAsync()).Errors.SingleOrDefault());
    }

    [Theory]
    [InlineData(0, 0, "failed replicas: admissionguard is scaled to 0 replicas: the API server gets no response")]
    [InlineData(2, 0, "failed replicas: 0 of 2 replicas of admissionguard are ready: the API server gets no response")]
    [InlineData(3, 2, "warning replicas: 2 of 3 replicas of admissionguard are ready")]
    [InlineData(1, 1, "warning replicas: 1 of 1 replicas of admissionguard are ready: during a restart, the API server gets no response")]
    [InlineData(3, 3, null)]
    public async Task Enough_replicas_are_ready(int wanted, int ready, string? line)
    {
        _here.Change(StubInstallation.Deployments, deployment =>
        {
            deployment["spec"]!["replicas"] = wanted;
            deployment["status"]!["readyReplicas"] = ready;
        });

        Assert.Equal(line, (await _here.AskAsync()).Errors.SingleOrDefault());
    }

    [Fact]
    public async Task Without_a_Deployment_it_says_where_it_looked()
    {
        _here.List(StubInstallation.Deployments);

        Assert.Equal(
            ["failed replicas: no Deployment with label app.kubernetes.io/name=admissionguard found in namespace admissionguard-system"],
            (await _here.AskAsync()).Errors);
    }

    [Fact]
    public async Task Pods_of_one_node_or_of_two_versions_are_said()
    {
        _here.List(StubInstallation.Pods, StubInstallation.Pod("node-a"), StubInstallation.Pod("node-a", "admissionguard:0.2.0"));

        Assert.Equal(
            [
                "warning replicas: they run different images: admissionguard:0.1.0, admissionguard:0.2.0",
                "warning spread: all 2 pods are on node node-a",
            ],
            (await _here.AskAsync()).Errors);
    }

    [Fact]
    public async Task A_budget_that_selects_the_pods_is_there_whatever_version_of_it_is_served()
    {
        var budget = _here.Cluster.Answers[StubInstallation.Budgets];
        _here.List(StubInstallation.Budgets, """{"metadata":{"name":"other"},"spec":{"selector":{"matchLabels":{"app":"other"}}}}""");
        var missing = await _here.AskAsync();
        _here.Cluster.Answers.TryRemove(StubInstallation.Budgets, out _);
        _here.Cluster.Answers[StubInstallation.Budgets.Replace("v1/", "v1beta1/", StringComparison.Ordinal)] = budget;

        Assert.Equal(
            ["warning disruption-budget: no PodDisruptionBudget found: draining nodes may evict all replicas at once"], missing.Errors);
        Assert.Empty((await _here.AskAsync()).Errors);
    }

    [Fact]
    public async Task A_configuration_that_can_not_be_used_is_told_with_its_line_by_the_programs_own_reader()
    {
        _here.Change(StubInstallation.ConfigMap, map => map["data"]!["config.yaml"] = "mode: warn\nrules:\n  reasongiven: warn\n");

        var answer = await _here.AskAsync();

        Assert.Equal(
            [
                "failed configuration: ConfigMap admissionguard-config: config.yaml:3: rules.reasongiven: unknown setting; did you mean rules.reasonGiven?",
            ],
            answer.Errors);
        Assert.Equal(["kubectl -n admissionguard-system edit configmap admissionguard-config"], answer.Commands("configuration"));
    }

    [Fact]
    public async Task The_pods_flags_and_environment_lie_over_the_ConfigMap()
    {
        _here.Change(StubInstallation.Deployments, deployment =>
        {
            StubInstallation.Arguments(deployment).Add("--set=mode=audit");
            deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["env"] = new JsonArray(
                new JsonObject { ["name"] = "ADMISSIONGUARD__CAPSULECONFIGURATION", ["value"] = "" });
        });

        var answer = await _here.AskAsync();

        Assert.Contains("ok configuration: mode audit: requests that enforce would deny are admitted unmodified, and logged", answer.Lines);
        Assert.Contains("ok capsule-configuration: none is used", answer.Lines);
    }

    [Fact]
    public async Task Variables_whose_values_lie_elsewhere_are_left_out_and_told()
    {
        _here.Change(StubInstallation.Deployments, deployment =>
        {
            var container = deployment["spec"]!["template"]!["spec"]!["containers"]![0]!;
            container["env"] = JsonNode.Parse("""
                [{"name":"ADMISSIONGUARD__MODE","valueFrom":{"configMapKeyRef":{"name":"modes","key":"mode"}}},
                 {"name":"NODE","valueFrom":{"fieldRef":{"fieldPath":"spec.nodeName"}}}]
                """);
            container["envFrom"] = JsonNode.Parse("""[{"configMapRef":{"name":"more"}},{"secretRef":{"name":"hidden"}}]""");
        });

        var answer = await _here.AskAsync();

        Assert.Equal(
            [
                "unknown configuration: settings in the environment are not checked: ADMISSIONGUARD__MODE, the variables from ConfigMap more, the variables from Secret hidden",
            ],
            answer.Errors);
        Assert.Contains("--set PATH=VALUE", answer.Remediation("configuration"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        """{"annotations":{"admissionguard.io/maintenance-windows":"0 22 * * FRI for 4h"}}""",
        "{}",
        "its annotation admissionguard.io/maintenance-windows is invalid: ")]
    [InlineData(
        "{}",
        """{"namespaceOptions":{"forbiddenLabels":{"deniedRegex":"(?!x)"}}}""",
        "it forbids labels by a pattern that is invalid, \"(?!x)\"")]
    [InlineData(
        "{}",
        """{"namespaceOptions":{"requiredMetadata":{"annotations":{"cost":"[a-"}}}}""",
        "it requires the annotation \"cost\" by a pattern that is invalid, \"[a-\"")]
    [InlineData("{}", """{"namespaceOptions":{"quota":"three"}}""", "its field $.spec.namespaceOptions.quota has an unexpected type")]
    public async Task What_can_not_be_read_of_a_tenant_is_told(string metadata, string spec, string words)
    {
        _here.Change(
            StubInstallation.Tenants,
            tenant =>
            {
                foreach (var (name, value) in JsonNode.Parse(metadata)!.AsObject().ToList())
                {
                    tenant["metadata"]![name] = value!.DeepClone();
                }

                tenant["spec"] = JsonNode.Parse(spec);
            },
            "gas");

        var answer = await _here.AskAsync();

        Assert.StartsWith($"failed tenant-policies: tenant gas: {words}", Assert.Single(answer.Errors), StringComparison.Ordinal);
        Assert.Equal(["kubectl edit tenants.capsule.clastix.io gas"], answer.Commands("tenant-policies"));
    }
}
