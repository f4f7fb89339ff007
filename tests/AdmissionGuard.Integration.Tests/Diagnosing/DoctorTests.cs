using System.Text.Json.Nodes;

namespace AdmissionGuard.Integration.Tests.Diagnosing;

/// <summary>What the doctor says of webhooks, replicas, permissions and policies: well, and one thing broken at a time.</summary>
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
    [InlineData(StubInstallation.Mutating, "mutate.admissionguard.io is not registered: a change of the label is not completed")]
    [InlineData(StubInstallation.Validating, "validate.admissionguard.io is not registered: nothing checks who may move a namespace")]
    public async Task A_webhook_that_is_not_registered_is_said_and_how_to_register_it(string path, string words)
    {
        _here.List(path);

        var answer = await _here.AskAsync();

        Assert.Equal([$"failed webhooks: {words}"], answer.Errors);
        Assert.Contains("set-ca-bundle.sh", answer.Remediation("webhooks"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StubInstallation.Mutating, "--certificates=self-managed", null)]
    [InlineData(StubInstallation.Validating, "--certificates=self-managed", null)]
    [InlineData(StubInstallation.Validating, null, "cert-manager.io/inject-ca-from")]
    public async Task It_is_registered_as_the_certificates_need_it(string path, string? argument, string? annotation)
    {
        if (argument is not null)
        {
            _here.Change(
                StubInstallation.Deployments,
                deployment => deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]!.AsArray().Add(argument));
        }

        if (annotation is not null)
        {
            _here.Change(StubInstallation.Mutating, configuration => configuration["metadata"]!["annotations"] = new JsonObject
            {
                [annotation] = "admissionguard-system/admissionguard-serving",
            });
        }

        _here.List(path);

        var command = Assert.Single((await _here.AskAsync()).Commands("webhooks"));

        const string End = "' | kubectl apply -f -";
        Assert.EndsWith(End, command, StringComparison.Ordinal);
        var applied = JsonNode.Parse(command["echo '".Length..^End.Length].Replace(@"'\''", "'", StringComparison.Ordinal))!;
        Assert.Equal("00-admissionguard", (string?)applied["metadata"]!["name"]);
        Assert.Equal(annotation is null, applied["metadata"]!["annotations"] is null);
        Assert.Null(applied["webhooks"]![0]!["clientConfig"]!["caBundle"]);
        Assert.Equal(path == StubInstallation.Validating, applied["webhooks"]![0]!["matchConditions"] is not null);
        _here.List(path, applied.ToJsonString());
        Assert.DoesNotContain((await _here.AskAsync()).Errors, line => line.Contains("webhooks: ", StringComparison.Ordinal)
            || line.Contains(" validator: ", StringComparison.Ordinal)
            || line.Contains(" mutator: ", StringComparison.Ordinal)
            || line.Contains(" match-conditions: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_webhook_that_is_registered_elsewhere_too_is_said()
    {
        _here.Change(StubInstallation.Mutating, configuration => configuration["metadata"]!["name"] = "zz-old");
        var elsewhere = await _here.AskAsync();
        _here.Add(
            StubInstallation.Mutating,
            JsonNode.Parse(_here.Cluster.Answers[StubInstallation.Mutating])!["items"]![0]!
                .ToJsonString()
                .Replace("zz-old", "00-admissionguard", StringComparison.Ordinal));
        var twice = await _here.AskAsync();

        Assert.Contains("failed webhooks: mutate.admissionguard.io is registered in zz-old and not in 00-admissionguard", elsewhere.Errors);
        Assert.Contains("--webhooks zz-old", elsewhere.Remediation("webhooks"), StringComparison.Ordinal);
        Assert.Contains("failed webhooks: mutate.admissionguard.io is registered a second time, in zz-old", twice.Errors);
        Assert.Contains("kubectl delete mutatingwebhookconfiguration zz-old", twice.Commands("webhooks"));
    }

    [Fact]
    public async Task Out_of_a_configuration_of_somebody_elses_only_the_guards_webhook_is_taken()
    {
        _here.Add(
            StubInstallation.Mutating,
            """{"metadata":{"name":"zz-theirs"},"webhooks":[{"name":"other.example.com"},{"name":"mutate.admissionguard.io"}]}""");

        Assert.Equal(
            [
                """kubectl patch mutatingwebhookconfiguration zz-theirs --type=json -p '[{"op":"test","path":"/webhooks/1/name","value":"mutate.admissionguard.io"},{"op":"remove","path":"/webhooks/1"}]'""",
            ],
            (await _here.AskAsync()).Commands("webhooks"));
    }

    [Theory]
    [InlineData(
        "validator",
        "rules",
        """[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE","UPDATE"],"resources":["namespaces","namespaces/status"]}]""",
        "failed validator: it is not called for UPDATE of namespaces/finalize")]
    [InlineData(
        "validator",
        "rules",
        """[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["*/*"]}]""",
        "failed validator: it is not called for UPDATE of namespaces, UPDATE of namespaces/status and UPDATE of namespaces/finalize")]
    [InlineData(
        "validator", "rules", """[{"apiGroups":["*"],"apiVersions":["*"],"operations":["*"],"resources":["*/*"],"scope":"*"}]""", null)]
    [InlineData(
        "validator",
        "rules",
        """[{"apiGroups":["*"],"apiVersions":["*"],"operations":["*"],"resources":["*/*"],"scope":"Namespaced"}]""",
        "failed validator: it is not called for CREATE of namespaces, UPDATE of namespaces, UPDATE of namespaces/status and UPDATE of namespaces/finalize")]
    [InlineData("validator", "failurePolicy", "\"Ignore\"", "failed validator: its failurePolicy is Ignore, not Fail")]
    [InlineData(
        "validator",
        "namespaceSelector",
        """{"matchExpressions":[{"key":"kubernetes.io/metadata.name","operator":"NotIn","values":["kube-system"]}]}""",
        "failed validator: its namespaceSelector excludes namespaces")]
    [InlineData(
        "validator",
        "objectSelector",
        """{"matchLabels":{"capsule.clastix.io/tenant":"oil"}}""",
        "failed validator: its objectSelector excludes namespaces")]
    [InlineData("validator", "matchPolicy", "\"Exact\"", "warning validator: its matchPolicy is Exact, not Equivalent")]
    [InlineData("validator", "sideEffects", "\"NoneOnDryRun\"", "warning validator: its sideEffects are NoneOnDryRun, not None")]
    [InlineData(
        "validator",
        "timeoutSeconds",
        "30",
        "warning validator: its timeoutSeconds is 30: a guard that hangs delays every request that long")]
    [InlineData(
        "mutator",
        "rules",
        """[{"apiGroups":[""],"apiVersions":["v1"],"operations":["UPDATE"],"resources":["namespaces"]}]""",
        "failed mutator: it is not called for CREATE of namespaces")]
    [InlineData("mutator", "failurePolicy", "\"Fail\"", "warning mutator: its failurePolicy is Fail, not Ignore")]
    [InlineData(
        "mutator",
        "reinvocationPolicy",
        "\"Never\"",
        "failed mutator: it is not reinvoked when a later mutator sets the label (reinvocationPolicy)")]
    [InlineData(
        "mutator",
        "namespaceSelector",
        """{"matchExpressions":[{"key":"kubernetes.io/metadata.name","operator":"NotIn","values":["kube-system"]}]}""",
        null)]
    [InlineData(
        "mutator",
        "namespaceSelector",
        """{"matchExpressions":[{"key":"team","operator":"DoesNotExist"}]}""",
        "failed mutator: its namespaceSelector excludes namespaces")]
    [InlineData(
        "mutator",
        "namespaceSelector",
        "{}",
        "warning mutator: its namespaceSelector does not exempt kube-system: a slow guard delays the control plane's own namespace")]
    [InlineData(
        "mutator",
        "matchConditions",
        """[{"name":"one","expression":"true"}]""",
        "failed mutator: its matchConditions prevent its reinvocation when a later mutator sets the label")]
    public async Task A_webhook_is_as_it_is_to_be_or_patched_so(string check, string field, string value, string? line)
    {
        var path = check == "mutator" ? StubInstallation.Mutating : StubInstallation.Validating;
        _here.Change(path, configuration => configuration["webhooks"]![0]![field] = JsonNode.Parse(value));

        var answer = await _here.AskAsync();

        // What that means for the guard's own namespace is another check's line.
        Assert.Equal(line, answer.ErrorsExcept("system-namespaces").SingleOrDefault());
        Assert.Equal(line is null, answer.Commands(check) is []);
        Assert.All(answer.Commands(check), command =>
        {
            Assert.StartsWith(
                $"kubectl patch {check[..6].Replace("valida", "validating", StringComparison.Ordinal).Replace("mutato", "mutating", StringComparison.Ordinal)}webhookconfiguration 00-admissionguard --type=json -p '[{{\"op\":\"test\",\"path\":\"/webhooks/0/name\",",
                command,
                StringComparison.Ordinal);
            Assert.Contains($"/webhooks/0/{field}\"", command, StringComparison.Ordinal);
        });
        Assert.Equal(line is null ? 0 : 1, answer.Commands(check).Count);
    }

    [Theory]
    [InlineData("00-aaa", """{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["namespaces"]}""", true)]
    [InlineData("00-aaa", """{"apiGroups":["*"],"apiVersions":["*"],"operations":["*"],"resources":["*"],"scope":"*"}""", true)]
    [InlineData("00-aaa", """{"apiGroups":["*"],"apiVersions":["*"],"operations":["*"],"resources":["*"],"scope":"Namespaced"}""", false)]
    [InlineData("00-aaa", """{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["pods"]}""", false)]
    [InlineData("00-aaa", """{"apiGroups":[""],"apiVersions":["v1"],"operations":["DELETE"],"resources":["namespaces"]}""", false)]
    [InlineData("zz", """{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["namespaces"]}""", false)]
    public async Task Whatever_changes_namespaces_comes_after_the_guard(string name, string rule, bool isAhead)
    {
        _here.Add(
            StubInstallation.Mutating,
            $$$"""{"metadata":{"name":"{{{name}}}"},"webhooks":[{"name":"other.example.com","rules":[{{{rule}}}]}]}""");

        Assert.Equal(
            isAhead
                ? [
                    $"failed webhook-order: {name} is called before 00-admissionguard, and can change namespaces before the guard completes them",
                ]
                : [],
            (await _here.AskAsync()).Errors);
    }

    [Theory]
    [InlineData("namespaceSelector", """{"matchLabels":{"inject":"yes"}}""", true)]
    [InlineData("objectSelector", """{"matchLabels":{"inject":"yes"}}""", true)]
    [InlineData("matchConditions", """[{"name":"some","expression":"has(object.metadata.labels)"}]""", true)]
    [InlineData("namespaceSelector", "{}", false)]
    public async Task What_comes_before_the_guard_for_some_namespaces_only_is_a_warning(string field, string value, bool isWarning)
    {
        const string Rule = """{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["namespaces"]}""";
        _here.Add(
            StubInstallation.Mutating,
            $$$"""{"metadata":{"name":"00-aaa"},"webhooks":[{"name":"one.example.com","rules":[{{{Rule}}}],"{{{field}}}":{{{value}}} }]}""");
        var alone = await _here.AskAsync();
        _here.Change(
            StubInstallation.Mutating,
            other => other["webhooks"]!.AsArray().Add(JsonNode.Parse($$$"""{"name":"two.example.com","rules":[{{{Rule}}}] }""")),
            "00-aaa");
        var beside = await _here.AskAsync();

        const string Failed =
            "failed webhook-order: 00-aaa is called before 00-admissionguard, and can change namespaces before the guard completes them";
        Assert.Equal(
            [
                isWarning
                    ? $"warning webhook-order: 00-aaa is called before 00-admissionguard for some namespaces ({field}), and can change them before the guard completes them"
                    : Failed,
            ],
            alone.Errors);
        Assert.Equal([Failed], beside.Errors);
    }

    [Fact]
    public async Task Capsule_ahead_of_the_guard_is_renamed_where_it_takes_its_name_from()
    {
        _here.Add(
            StubInstallation.Mutating,
            """{"metadata":{"name":"00-acme-capsule"},"webhooks":[{"name":"namespaces.mutating.projectcapsule.dev","rules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["*"],"resources":["namespaces"]}]}]}""");

        Assert.Contains(
            "kubectl patch capsuleconfiguration default --type=merge",
            Assert.Single((await _here.AskAsync()).Commands("webhook-order")),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1.27.0", null, null)]
    [InlineData(
        "v1.28.0",
        null,
        "warning match-conditions: the validator has no matchConditions: while the guard is down, every write to a namespace is refused, even if it does not affect tenancy")]
    [InlineData(
        "v1.36.2",
        "oldObject == null",
        "failed match-conditions: the validator has matchConditions (touches-tenancy) that are not those for tenants.capsule.clastix.io: requests that they exclude are not checked")]
    public async Task The_validators_matchConditions_are_the_known_ones_or_none(string version, string? expression, string? line)
    {
        _here.Cluster.Answers["/version"] = $$"""{"gitVersion":"{{version}}"}""";
        _here.Change(StubInstallation.Validating, configuration => configuration["webhooks"]![0]!["matchConditions"] =
            expression is null ? null : new JsonArray(new JsonObject { ["name"] = "touches-tenancy", ["expression"] = expression }));

        Assert.Equal(
            line, (await _here.AskAsync()).Errors.SingleOrDefault(each => each.Contains("match-conditions", StringComparison.Ordinal)));
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

    [Theory]
    [InlineData("tenants get", "failed guard-rights", "get tenants.capsule.clastix.io", "kubectl apply -f deploy/base/rbac.yaml")]
    [InlineData(
        "subjectaccessreviews create",
        "failed guard-rights",
        "create subjectaccessreviews.authorization.k8s.io",
        "kubectl apply -f deploy/base/rbac.yaml")]
    [InlineData(
        "capsuleconfigurations get",
        "failed guard-rights",
        "get capsuleconfigurations.capsule.clastix.io default",
        "kubectl apply -f deploy/base/rbac.yaml")]
    [InlineData("namespaces list", "warning guard-rights", "list namespaces", "kubectl apply -f deploy/base/rbac.yaml")]
    public async Task A_right_that_the_guard_lacks_is_named(string right, string start, string words, string command)
    {
        var allows = _here.Cluster.Allows;
        _here.Cluster.Allows = spec => RightIn(spec) != right && allows(spec);

        var answer = await _here.AskAsync();

        Assert.Equal([$"{start}: {StubInstallation.Guard} may not {words}"], answer.Errors);
        Assert.Equal([command], answer.Commands("guard-rights"));
    }

    [Fact]
    public async Task A_guard_that_keeps_its_own_certificates_needs_the_rights_for_that()
    {
        _here.Change(StubInstallation.Deployments, deployment => Arguments(deployment).Add("--certificates=self-managed"));

        var line = Assert.Single((await _here.AskAsync()).Errors);

        Assert.Contains(
            "get secrets admissionguard-tls in admissionguard-system, update secrets admissionguard-tls in admissionguard-system, get leases.coordination.k8s.io",
            line,
            StringComparison.Ordinal);
        Assert.Contains(
            "patch validatingwebhookconfigurations.admissionregistration.k8s.io 00-admissionguard", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rights_that_the_guard_has_too_many_are_named()
    {
        _here.Cluster.Allows = _ => true;

        var line = Assert.Single((await _here.AskAsync()).Errors);

        Assert.StartsWith(
            $"warning excess-rights: {StubInstallation.Guard} has more permissions than it needs: create namespaces, update namespaces, patch namespaces, delete namespaces, get secrets, list secrets, ",
            line,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_garbage_collector_may_release()
    {
        var allows = _here.Cluster.Allows;
        _here.Cluster.Allows = spec => (string?)spec["user"] != "system:kube-controller-manager" && allows(spec);

        Assert.Equal(
            [
                "warning garbage-collector: system:kube-controller-manager may not release tenants.capsule.clastix.io: kubectl delete tenant --cascade=orphan never completes",
            ],
            (await _here.AskAsync()).Errors);
    }

    [Theory]
    [InlineData("v0.14.0", "Capsule 0.14.0", "")]
    [InlineData("v0.13.4", "Capsule 0.13.4", "")]
    [InlineData("latest", "Capsule 0.13 and newer", ", and this is Capsule 0.13.2 or newer (which one could not be read)")]
    public async Task Beside_Capsule_0_13_and_newer_orphaning_destroys_the_namespaces_and_the_way_that_works_is_told(
        string version, string which, string uncertainty)
    {
        _here.InstallCapsule(version, """{"administrators":[{"kind":"User","name":"mover"}]}""");

        var answer = await _here.AskAsync();

        Assert.Contains(
            "warning garbage-collector: kubectl delete tenant --cascade=orphan deletes the tenant's namespaces: "
            + $"{which} refuses the garbage collector's release and deletes them{uncertainty}",
            answer.Lines);
        Assert.Equal(
            ["kubectl label namespaces -l capsule.clastix.io/tenant=TENANT capsule.clastix.io/tenant-"],
            answer.Commands("garbage-collector"));
    }

    [Theory]
    [InlineData("v0.12.4")]
    [InlineData("v0.10.0")]
    [InlineData("")]
    public async Task Beside_an_older_Capsule_or_none_orphaning_keeps_the_namespaces(string version)
    {
        if (version.Length > 0)
        {
            _here.InstallCapsule(version, "{}");
        }

        Assert.Contains(
            "ok garbage-collector: it may release namespaces, so kubectl delete tenant --cascade=orphan keeps them",
            (await _here.AskAsync()).Lines);
    }

    [Fact]
    public async Task Where_nobody_knows_which_Capsule_there_is_the_namespaces_may_be_destroyed()
    {
        _here.Cluster.Codes[StubInstallation.Validating] = 403;

        Assert.Contains(
            "warning garbage-collector: kubectl delete tenant --cascade=orphan deletes the tenant's namespaces: "
            + "Capsule 0.13 and newer refuses the garbage collector's release and deletes them, and the installed version of Capsule is unknown",
            (await _here.AskAsync()).Lines);
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
            Arguments(deployment).Add("--set=mode=audit");
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

    private static JsonArray Arguments(JsonNode deployment) =>
        deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]!.AsArray();

    private static string RightIn(JsonNode spec) => $"{spec["resourceAttributes"]!["resource"]} {spec["resourceAttributes"]!["verb"]}";
}
