using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Diagnosing;

namespace AdmissionGuard.Integration.Tests.Diagnosing;

/// <summary>What the doctor says of the namespaces that the guard and the tenants' controllers run in.</summary>
public sealed class SystemNamespacesCheckTests : IAsyncLifetime
{
    private const string Check = "system-namespaces";
    private const string Own = "admissionguard-system";
    private const string Guards = "guards";
    private const string Tenant = "the tenant's owners can change what runs there, and it can be deleted with the tenant";

    private const string Projected = """
        {"name":"token","projected":{"sources":[{"serviceAccountToken":{"path":"token"}},
         {"downwardAPI":{"items":[{"path":"namespace","fieldRef":{"fieldPath":"metadata.namespace"}}]}}]}}
        """;

    private const string Unlabel = "label namespace capsule-system capsule.clastix.io/tenant-";
    private const string Unreference =
        """patch namespace capsule-system --type=json -p '[{"op":"remove","path":"/metadata/ownerReferences/0"}]'""";

    private const string WithoutCapsule = $"ok {Check}: {Own} is in no tenant; the validator is called for {Own} and capsule-system; "
        + $"the guard protects {Own} as its own";

    private const string WithoutValidator = $"ok {Check}: {Own} and capsule-system are in no tenant; the guard protects {Own} as its own";
    private const string OwnAlone =
        $"ok {Check}: {Own} is in no tenant; the validator is called for {Own}; the guard protects {Own} as its own";
    private const string WithoutOwn =
        $"ok {Check}: {Own} and capsule-system are in no tenant; the validator is called for {Own} and capsule-system";

    private StubInstallation _here = null!;

    public async ValueTask InitializeAsync()
    {
        _here = await StubInstallation.StartAsync();
        _here.Add(StubInstallation.Namespaces, StubInstallation.Namespace(Own, "{}"));
        _here.Add(StubInstallation.Namespaces, StubInstallation.Namespace("capsule-system", "{}"));
    }

    public ValueTask DisposeAsync() => _here.DisposeAsync();

    [Fact]
    public async Task Where_all_is_well_one_line_names_what_was_checked() => Assert.Equal(
        [
            $"ok {Check}: {Own} and capsule-system are in no tenant; the validator is called for {Own} and capsule-system; "
            + $"the guard protects {Own} as its own",
        ],
        await LinesAsync());

    [Fact]
    public async Task Of_a_namespace_that_does_not_exist_only_the_validator_is_told()
    {
        var options = new DoctorOptions
        {
            Set = ["tenant.controllers=system:serviceaccount:absent:capsule;system:serviceaccount:absent:other;operator"],
        };

        Assert.Equal(
            [
                $"ok {Check}: {Own} is in no tenant; the validator is called for {Own} and absent; the guard protects {Own} as its own",
            ],
            await LinesAsync(options));
    }

    [Theory]
    [InlineData("oil", "oil", "label and ownerReference of tenant oil", Unlabel)]
    [InlineData("oil", "gas", "label and ownerReference of tenant oil and gas", Unlabel)]
    [InlineData("oil", "", "label of tenant oil", Unlabel)]
    [InlineData("", "gas", "ownerReference of tenant gas", Unreference)]
    public async Task One_that_is_in_a_tenant_has_failed_with_what_takes_it_out(
        string label, string reference, string words, string command)
    {
        _here.Change(
            StubInstallation.Namespaces,
            ns => ns["metadata"] = JsonNode.Parse(StubInstallation.Namespace(
                "capsule-system",
                label.Length == 0 ? "{}" : $$"""{"capsule.clastix.io/tenant":"{{label}}"}""",
                reference.Length == 0 ? [] : [StubInstallation.Reference(reference, $"{reference}-uid")]))!["metadata"]!.DeepClone(),
            "capsule-system");

        var answer = await _here.AskAsync();

        Assert.Equal([$"failed {Check}: capsule-system has the {words}: {Tenant}", WithoutCapsule], Of(answer));
        Assert.Equal([$"kubectl {command}"], answer.Commands(Check));
        Assert.Equal(1, answer.ExitCode);
    }

    [Theory]
    [InlineData("namespaceSelector", """{"matchExpressions":[{"key":"team","operator":"NotIn","values":["infra"]}]}""")]
    [InlineData("objectSelector", """{"matchExpressions":[{"key":"team","operator":"DoesNotExist"}]}""")]
    [InlineData("namespaceSelector", """{"matchLabels":{"watched":"yes"}}""")]
    public async Task One_that_the_validator_is_not_asked_about_has_failed_with_what_fixes_the_selector(string field, string selector)
    {
        Label(Own, "watched", "yes");
        Label("capsule-system", "team", "infra");
        Register(field, JsonNode.Parse(selector));

        var answer = await _here.AskAsync();

        Assert.Equal(
            [
                $"failed {Check}: the validator is not called for capsule-system, which its {field} excludes: "
                + "nothing prevents adding such a namespace to a tenant",
                WithoutValidator,
            ],
            Of(answer));
        var command = Assert.Single(answer.Commands(Check));
        Assert.EndsWith("{\"op\":\"add\",\"path\":\"/webhooks/0/" + field + "\",\"value\":{}}]'", command, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_left_out_by_its_name_before_it_exists_has_failed_too()
    {
        _here.Change(StubInstallation.Namespaces, list => list["metadata"]!["name"] = "other", "capsule-system");
        Register("namespaceSelector", JsonNode.Parse(
            """{"matchExpressions":[{"key":"kubernetes.io/metadata.name","operator":"NotIn","values":["capsule-system"]}]}"""));

        Assert.StartsWith(
            $"failed {Check}: the validator is not called for capsule-system, which its namespaceSelector excludes",
            (await LinesAsync())[0],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conditions_that_nobody_here_knows_are_no_reason_to_call_it_well()
    {
        Register("matchConditions", JsonNode.Parse("""[{"name":"not-ours","expression":"object.metadata.name != 'capsule-system'"}]"""));

        var answer = await _here.AskAsync();

        Assert.Equal(
            [
                $"unknown {Check}: it is unknown whether the validator is called for {Own} and capsule-system: "
                + "its matchConditions (not-ours) are unknown",
                WithoutValidator,
            ],
            Of(answer));
        Assert.Contains("\"/webhooks/0/matchConditions\"", Assert.Single(answer.Commands(Check)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rules", "[]")]
    [InlineData("failurePolicy", "\"Ignore\"")]
    [InlineData("namespaceSelector", """{"matchExpressions":[{"key":"exempt","operator":"DoesNotExist"}]}""")]
    public async Task Of_a_validator_that_another_check_complains_of_nothing_good_is_said(string field, string value)
    {
        Register(field, JsonNode.Parse(value));

        Assert.Equal([WithoutValidator], await LinesAsync());
    }

    [Theory]
    [InlineData(StubInstallation.Validating, WithoutValidator)]
    [InlineData(StubInstallation.Namespaces, $"ok {Check}: the guard protects {Own} as its own")]
    [InlineData(StubInstallation.Deployments, WithoutOwn)]
    [InlineData(StubInstallation.Pods, WithoutOwn)]
    [InlineData(StubInstallation.ConfigMap, OwnAlone)]
    public async Task What_could_not_be_read_is_not_in_the_line_that_is_ok(string path, string line)
    {
        _here.Cluster.Codes[path] = 403;

        Assert.Equal([line], await LinesAsync());
    }

    [Fact]
    public async Task With_a_configuration_that_can_not_be_used_the_controllers_namespaces_are_not_claimed_to_be_known()
    {
        _here.Change(StubInstallation.ConfigMap, map => map["data"]!["config.yaml"] = "mode: audti");

        var line = Assert.Single(await LinesAsync());

        Assert.DoesNotContain("capsule-system", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--namespace=elsewhere")]
    [InlineData("--namespace", "elsewhere")]
    public async Task A_guard_that_is_told_another_namespace_does_not_protect_its_own(params string[] arguments)
    {
        _here.Change(StubInstallation.Deployments, deployment => AddArguments(deployment, arguments));

        var answer = await _here.AskAsync();

        Assert.Contains(
            $"failed {Check}: the guard runs in {Own} but is started with --namespace elsewhere: "
            + $"it protects elsewhere as its own, and {Own} is not protected",
            answer.Lines);
        Assert.Equal([$"kubectl -n {Own} edit deployment admissionguard"], answer.Commands(Check));
    }

    [Theory]
    [InlineData(Projected, "", true)]
    [InlineData("""{"name":"token","secret":{"secretName":"admissionguard-token-x7k2p"}}""", "", true)]
    [InlineData("""{"name":"token","projected":{"sources":[{"serviceAccountToken":{"path":"token"}}]}}""", "", false)]
    [InlineData("""{"name":"other","emptyDir":{}}""", "", false)]
    [InlineData("""{"name":"other","emptyDir":{}}""", "--namespace=guards", true)]
    public async Task In_another_namespace_the_pods_must_be_able_to_know_it(string volume, string argument, bool isKnown)
    {
        Move(JsonNode.Parse(volume)!, argument);

        var answer = await _here.AskAsync(new DoctorOptions { Namespace = Guards });

        const string Blind = $"failed {Check}: 1 of 1 pods don't know that they run in {Guards}, because no service account "
            + $"volume is mounted: they protect {Own} as their own, and {Guards} is not protected";
        var others = $"ok {Check}: guards and capsule-system are in no tenant; the validator is called for guards and capsule-system";
        Assert.Equal(isKnown ? [$"{others}; the guard protects {Guards} as its own"] : [Blind, others], Of(answer));
        Assert.Equal(isKnown ? [] : [$"kubectl -n {Guards} edit deployment admissionguard"], answer.Commands(Check));
    }

    [Fact]
    public async Task A_guard_that_is_registered_in_another_namespace_than_was_looked_at_is_told()
    {
        _here.Change(
            StubInstallation.Validating, configuration => Webhook(configuration)["clientConfig"]!["service"]!["namespace"] = Guards);

        Assert.Contains($"failed validator: it is called in namespace {Guards}, and the guard runs in {Own}", (await _here.AskAsync()).Lines);

        _here.List(StubInstallation.Deployments);
        var answer = await _here.AskAsync();
        Assert.Contains(
            $"failed {Check}: the validator's Service is in namespace {Guards}, but the guard was searched for in {Own}",
            answer.Lines);
        Assert.Equal(["admissionguard doctor --namespace guards"], answer.Commands(Check));
    }

    /// <summary>The installation as it would be in another namespace, with one pod that has one volume.</summary>
    private void Move(JsonNode volume, string argument)
    {
        _here.Add(StubInstallation.Namespaces, StubInstallation.Namespace(Guards, "{}"));
        var deployments = StubInstallation.Deployments.Replace(Own, Guards, StringComparison.Ordinal);
        foreach (var (path, answer) in _here.Cluster.Answers)
        {
            _here.Cluster.Answers.TryRemove(path, out _);
            _here.Cluster.Answers[path.Replace(Own, Guards, StringComparison.Ordinal)] = path == StubInstallation.Namespaces
                ? answer
                : answer.Replace($"\"{Own}\"", $"\"{Guards}\"", StringComparison.Ordinal);
        }

        if (argument.Length > 0)
        {
            _here.Change(deployments, deployment => AddArguments(deployment, argument));
        }

        var pod = JsonNode.Parse(StubInstallation.Pod("node-a"))!;
        pod["spec"]!["volumes"] = new JsonArray(volume);
        pod["spec"]!["containers"]![0]!["volumeMounts"] =
            JsonNode.Parse("""[{"name":"token","mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}]""");
        _here.List(StubInstallation.Pods.Replace(Own, Guards, StringComparison.Ordinal), pod.ToJsonString());
    }

    private static JsonNode Webhook(JsonNode configuration) => configuration["webhooks"]![0]!;

    private void Register(string field, JsonNode? value) =>
        _here.Change(StubInstallation.Validating, configuration => Webhook(configuration)[field] = value);

    private void Label(string ns, string key, string value) =>
        _here.Change(StubInstallation.Namespaces, found => found["metadata"]!["labels"] = new JsonObject { [key] = value }, ns);

    private static void AddArguments(JsonNode deployment, params string[] arguments)
    {
        var given = StubInstallation.Arguments(deployment);
        foreach (var argument in arguments)
        {
            given.Add(argument);
        }
    }

    private async Task<IReadOnlyList<string>> LinesAsync(DoctorOptions? options = null) => Of(await _here.AskAsync(options));

    private static IReadOnlyList<string> Of(DoctorAnswer answer) =>
        [.. answer.Lines.Where(line => line.Contains($" {Check}: ", StringComparison.Ordinal))];
}
