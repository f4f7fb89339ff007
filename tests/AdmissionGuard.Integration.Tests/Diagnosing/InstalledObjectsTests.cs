using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Diagnosing;

namespace AdmissionGuard.Integration.Tests.Diagnosing;

/// <summary>Each object of an installation is what <c>deploy/</c> says, and what is not is restored by the command that is printed.</summary>
public sealed class InstalledObjectsTests : IAsyncLifetime
{
    private StubInstallation _here = null!;

    public async ValueTask InitializeAsync() => _here = await StubInstallation.StartAsync();

    public ValueTask DisposeAsync() => _here.DisposeAsync();

    [Theory]
    [InlineData("enforce", """["Deny"]""", null)]
    [InlineData("audit", """["Audit"]""", null)]
    [InlineData("warn", """["Warn","Audit"]""", null)]
    [InlineData(
        "enforce",
        """["Warn","Audit"]""",
        "warning backstop: admissionguard-backstop has the actions Warn and Audit, but the guard's mode is enforce")]
    [InlineData(
        "audit",
        """["Deny"]""",
        "warning backstop: admissionguard-backstop has the actions Deny, but the guard's mode is audit: it denies what the guard admits")]
    public async Task The_actions_of_the_backstop_are_those_of_the_mode(string mode, string actions, string? line)
    {
        _here.Change(StubInstallation.PolicyBindings, binding => binding["spec"]!["validationActions"] = JsonNode.Parse(actions));

        Assert.Equal(line, (await _here.AskAsync(new DoctorOptions { Set = [$"mode={mode}"] })).Errors.SingleOrDefault());
    }

    [Theory]
    [InlineData("spec.validations", """{"validations":[{"expression":"true"}]}""")]
    [InlineData("spec.variables[0].expression", """{"variables":[{"expression":"''"}]}""")]
    [InlineData("spec.matchConditions[0].expression", """{"matchConditions":[{"name":"touches-tenancy","expression":"false"}]}""")]
    [InlineData("spec.failurePolicy", """{"failurePolicy":"Ignore"}""")]
    [InlineData("spec.matchConstraints.namespaceSelector", """{"matchConstraints":{"namespaceSelector":{"matchLabels":{"a":"b"}}}}""")]
    [InlineData("spec.matchConstraints.excludeResourceRules", """{"matchConstraints":{"excludeResourceRules":[{"resources":["namespaces"]}]}}""")]
    public async Task A_backstop_that_somebody_changed_is_found_and_restored_whole(string path, string change)
    {
        _here.Change(StubInstallation.Policies, policy => Merge(policy["spec"]!.AsObject(), JsonNode.Parse(change)!.AsObject()));

        var answer = await _here.AskAsync();

        Assert.Equal(
            [$"failed backstop: admissionguard-backstop is not the policy of deploy/components/cel-backstop: {path} differs"], answer.Errors);
        var command = Assert.Single(answer.Commands("backstop"));
        var patch = command[(command.IndexOf(" -p '", StringComparison.Ordinal) + 5)..^1].Replace(@"'\''", "'", StringComparison.Ordinal);
        var spec = JsonNode.Parse(patch)![0]!["value"]!;
        _here.Change(StubInstallation.Policies, policy => policy["spec"] = spec.DeepClone());
        Assert.Empty((await _here.AskAsync()).Errors);
    }

    [Fact]
    public async Task A_backstop_for_other_tenants_than_the_guards_is_found()
    {
        _here.Change(StubInstallation.Policies, policy => policy["spec"] = JsonNode.Parse(
            policy["spec"]!.ToJsonString().Replace("capsule.clastix.io/tenant", "example.com/team", StringComparison.Ordinal)));

        Assert.Contains(
            (await _here.AskAsync()).Errors,
            line => line.StartsWith(
                "failed backstop: admissionguard-backstop is not the policy of deploy/components/cel-backstop: spec.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_backstop_without_policy_or_binding_is_found()
    {
        _here.List(StubInstallation.PolicyBindings);
        Assert.Equal(
            ["warning backstop: admissionguard-backstop has no binding, so it has no effect"], (await _here.AskAsync()).Errors);

        _here.List(StubInstallation.Policies);
        Assert.Equal(
            [
                "warning backstop: not found: while the guard is down or not registered, nothing keeps a namespace's label and "
                    + "ownerReference consistent",
            ],
            (await _here.AskAsync()).Errors);
    }

    [Fact]
    public async Task An_installation_of_Helm_is_mended_with_Helm()
    {
        _here.Change(StubInstallation.Deployments, deployment => deployment["metadata"]!["annotations"] = new JsonObject
        {
            ["meta.helm.sh/release-name"] = "guard",
        });
        _here.List(StubInstallation.PolicyBindings);
        _here.List(StubInstallation.Budgets);

        var answer = await _here.AskAsync();
        _here.Cluster.Codes[StubInstallation.ConfigMap] = 404;
        _here.Cluster.Answers[StubInstallation.ConfigMap] = """{"details":{"name":"admissionguard-config"}}""";
        var unconfigured = await _here.AskAsync();

        const string Upgrade = "helm upgrade guard deploy/chart --namespace admissionguard-system --reset-then-reuse-values";
        Assert.Equal([$"{Upgrade} --set backstop.enabled=true"], answer.Commands("backstop"));
        Assert.Equal([$"{Upgrade} --set highAvailability.enabled=true"], answer.Commands("disruption-budget"));
        Assert.Equal([Upgrade], unconfigured.Commands("configuration"));
    }

    [Theory]
    [InlineData("v1.36.2", """{"key":"kubernetes.io/metadata.name","operator":"NotIn","values":["kube-system"]}""", "failed")]
    [InlineData("v1.33.5-gke.1200", """{"key":"kubernetes.io/metadata.name","operator":"NotIn","values":["kube-system","gke-gmp-system"]}""", null)]
    [InlineData("v1.33.5-gke.1200", """{"key":"control-plane","operator":"Exists"}""", "failed")]
    [InlineData("v1.33.5", """{"key":"control-plane","operator":"DoesNotExist"}""", "warning")]
    [InlineData("v1.33.5", """{"key":"control-plane","operator":"NotIn","values":["true"]}""", "warning")]
    [InlineData("v1.33.5", """{"key":"kubernetes.azure.com/managedby","operator":"NotIn","values":["aks"]}""", "warning")]
    [InlineData("v1.33.5", """{"key":"kubernetes.azure.com/managedby","operator":"NotIn","values":["me"]}""", "failed")]
    public async Task What_a_cloud_excludes_from_every_webhook_is_told_from_what_somebody_excluded(
        string version, string expression, string? status)
    {
        _here.Cluster.Answers["/version"] = $$"""{"gitVersion":"{{version}}"}""";
        _here.Change(StubInstallation.Validating, configuration => configuration["webhooks"]![0]!["namespaceSelector"] =
            JsonNode.Parse($$"""{"matchExpressions":[{{expression}}]}"""));

        var answer = await _here.AskAsync();

        Assert.Equal(status, answer.Errors.SingleOrDefault(line => line.Contains(" validator: ", StringComparison.Ordinal))?.Split(' ')[0]);
        Assert.Equal(
            status == "warning",
            answer.Commands("validator").Contains(
                "kubectl annotate validatingwebhookconfiguration 00-admissionguard admissions.enforcer/disabled=true --overwrite"));
    }

    [Theory]
    [InlineData("""{"spec":{"selector":{"app":"other"}}}""", "Service admissionguard does not select the pods of Deployment admissionguard: the API server can't call the guard")]
    [InlineData("""{"spec":{"selector":{}}}""", "Service admissionguard does not select the pods of Deployment admissionguard: the API server can't call the guard")]
    [InlineData("""{"spec":{"ports":[{"port":443,"targetPort":8080}]}}""", "port 443 of Service admissionguard does not lead to the port https of the guard's container")]
    [InlineData("""{"spec":{"ports":[{"port":8443,"targetPort":"https"}]}}""", "port 443 of Service admissionguard does not lead to the port https of the guard's container")]
    [InlineData("""{"spec":{"ports":[{"port":443,"targetPort":9443}]}}""", null)]
    public async Task The_Service_leads_to_the_guard(string change, string? words)
    {
        var service = JsonNode.Parse(_here.Cluster.Answers[StubInstallation.Service])!.AsObject();
        foreach (var (field, value) in JsonNode.Parse(change)!["spec"]!.AsObject())
        {
            service["spec"]![field] = value!.DeepClone();
        }

        _here.Cluster.Answers[StubInstallation.Service] = service.ToJsonString();

        var answer = await _here.AskAsync();

        Assert.Equal(words is null ? [] : [$"failed service: {words}"], answer.Errors);
        Assert.Equal(words is null ? 0 : 1, answer.Commands("service").Count);
    }

    [Fact]
    public async Task A_Service_that_is_gone_or_leads_to_no_ready_pod_is_found()
    {
        _here.Change(StubInstallation.Pods, pod => pod["status"]!["conditions"]![0]!["status"] = "False", "node-a");
        Assert.Contains("ok service: admissionguard leads to 1 ready pod", (await _here.AskAsync()).Lines);

        _here.Change(StubInstallation.Pods, pod => pod["status"]!["conditions"]![0]!["status"] = "False", "node-b");
        Assert.Contains(
            "failed service: Service admissionguard leads to no ready pod: the API server can't call the guard",
            (await _here.AskAsync()).Errors);

        _here.Cluster.Codes[StubInstallation.Service] = 404;
        _here.Cluster.Answers[StubInstallation.Service] = """{"details":{"name":"admissionguard"}}""";
        var answer = await _here.AskAsync();
        Assert.Equal(
            ["failed service: Service admissionguard not found in namespace admissionguard-system: the API server can't call the guard"],
            answer.Errors);
        Assert.EndsWith(" | kubectl apply -f -", Assert.Single(answer.Commands("service")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mutator", "clientConfig/service/path", "\"/validate\"", "failed mutator: it is called at the path /validate, not /mutate")]
    [InlineData("validator", "clientConfig/service/path", null, "failed validator: it is called at the path /, not /validate")]
    [InlineData("validator", "clientConfig/service/port", "8443", "failed validator: it is called at port 8443 of the Service, not 443")]
    [InlineData("validator", "clientConfig/service/name", "\"other\"", "failed validator: it is called at the Service other, not admissionguard")]
    public async Task A_webhook_is_called_at_the_guards_address(string check, string field, string? value, string line)
    {
        var path = check == "mutator" ? StubInstallation.Mutating : StubInstallation.Validating;
        _here.Change(path, configuration => configuration["webhooks"]![0]!["clientConfig"]!["service"]![Path.GetFileName(field)] =
            value is null ? null : JsonNode.Parse(value));

        var answer = await _here.AskAsync();

        Assert.Contains(line, answer.Errors);
        Assert.Contains($"/webhooks/0/{field}\"", Assert.Single(answer.Commands(check)), StringComparison.Ordinal);
    }

    private static void Merge(JsonObject target, JsonObject change)
    {
        foreach (var (field, value) in change)
        {
            if (value is JsonObject below && target[field] is JsonObject existing)
            {
                Merge(existing, below);
            }
            else if (field == "variables" && value is JsonArray and [JsonObject changed] && target[field] is JsonArray and [JsonObject first, ..])
            {
                Merge(first, changed);
            }
            else
            {
                target[field] = value!.DeepClone();
            }
        }
    }
}
