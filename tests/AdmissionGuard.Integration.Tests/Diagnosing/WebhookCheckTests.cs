using System.Text.Json.Nodes;

namespace AdmissionGuard.Integration.Tests.Diagnosing;

/// <summary>What the doctor says of the webhooks' registrations: well, and one thing broken at a time.</summary>
public sealed class WebhookCheckTests : IAsyncLifetime
{
    private StubInstallation _here = null!;

    public async ValueTask InitializeAsync() => _here = await StubInstallation.StartAsync();

    public ValueTask DisposeAsync() => _here.DisposeAsync();

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
                deployment => StubInstallation.Arguments(deployment).Add(argument));
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
}
