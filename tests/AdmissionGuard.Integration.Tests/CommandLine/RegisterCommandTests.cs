using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Integration.Tests.CommandLine;

/// <summary><c>admissionguard register</c> against a stub of the API server; on a real one, see the end-to-end tests.</summary>
public sealed class RegisterCommandTests : IAsyncLifetime
{
    private const string Name = "validatingwebhookconfiguration.admissionregistration.k8s.io \"00-admissionguard\"";
    private const string Path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/00-admissionguard";
    private const string Probe = "/api/v1/namespaces/guards/status";
    private const string Words = "can't be added: in that API group only a tenant may own a namespace; remove it";
    private const string Denied = $"admission webhook \"validate.admissionguard.io\" denied the request: the ownerReference {Words}";

    private StubCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await StubCluster.StartAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task It_sets_Fail_once_the_guard_answers_the_API_server()
    {
        Register("Ignore");
        Answer(422, Denied);

        var result = await RunAsync();

        Assert.Equal((0, $"{Name} now has failurePolicy Fail\n"), (result.ExitCode, result.Output));
        Assert.Equal([$"GET {Path}", $"PATCH {Probe}", $"PATCH {Path}"], _cluster.Asked);
        Assert.Equal(
            """[{"op":"test","path":"/webhooks/1/name","value":"validate.admissionguard.io"},{"op":"add","path":"/webhooks/1/failurePolicy","value":"Fail"}]""",
            JsonNode.Parse(_cluster.Requests[^1].Body)!.ToJsonString());
    }

    // The backstop refuses a label, and a reference to a tenant, before the API server calls the guard.
    [Theory]
    [InlineData("capsule.clastix.io/v1beta2", "Tenant")]
    [InlineData("platform.example.com/v1", "Team", "tenant.group=platform.example.com", "tenant.version=v1", "tenant.kind=Team")]
    [InlineData("platform.example.com/v1beta2", "Tenant", "tenant.group=platform.example.com", "tenant.labelKey=example.com/team")]
    public async Task The_dry_run_adds_a_reference_in_the_tenants_group_that_is_no_tenant(
        string apiVersion, string kind, params string[] settings)
    {
        Register("Ignore");
        Answer(422, Denied);

        var result = await RunAsync([.. settings.SelectMany(each => new[] { "--set", each })]);

        Assert.Equal(0, result.ExitCode);
        var sent = Assert.Single(_cluster.Requests, each => each.Path.StartsWith(Probe, StringComparison.Ordinal));
        var metadata = JsonNode.Parse(sent.Body)!["metadata"]!;
        var reference = Assert.Single(metadata["ownerReferences"]!.AsArray())!;
        Assert.Equal($"{Probe}?dryRun=All", sent.Path);
        Assert.Null(metadata["labels"]);
        Assert.Equal(apiVersion, (string?)reference["apiVersion"]);
        Assert.NotEqual(kind, (string?)reference["kind"]);
    }

    [Fact]
    public async Task The_guard_s_answer_is_recognized_however_long_the_names_in_it_are()
    {
        Register("Ignore");
        Answer(422, $"admission webhook \"validate.admissionguard.io\" denied the request: {new string('n', 400)} {Words}");

        Assert.Equal(0, (await RunAsync()).ExitCode);
    }

    [Fact]
    public async Task It_changes_nothing_where_the_policy_is_Fail_already()
    {
        Register("Fail");

        var result = await RunAsync();

        Assert.Equal((0, $"{Name} has failurePolicy Fail\n"), (result.ExitCode, result.Output));
        Assert.Equal([$"GET {Path}"], _cluster.Asked);
    }

    [Theory]
    [InlineData(200, "", "the API server admitted what the guard refuses")]
    [InlineData(404, "namespaces \"guards\" not found", "the API server answered 404: namespaces \"guards\" not found")]
    [InlineData(
        403,
        $"admission webhook \"other.example.com\" denied the request: {Words}",
        $"another webhook, other.example.com, refused the dry run: {Words}")]
    [InlineData(
        403,
        "admission webhook \"validate.admissionguard.io\" denied the request: no",
        "validate.admissionguard.io answered, but not like the guard: no")]
    [InlineData(
        403,
        "namespaces \"guards\" is forbidden: ValidatingAdmissionPolicy 'admissionguard-backstop' with binding 'admissionguard-backstop' "
            + "denied request: the subresource \"status\" can't change a tenancy",
        "the API server answered 403: namespaces \"guards\" is forbidden: ValidatingAdmissionPolicy 'admissionguard-backstop'")]
    [InlineData(
        403,
        "namespaces \"guards\" is forbidden: cannot set an ownerRef on a resource you can't delete",
        "the API server answered 403: namespaces \"guards\" is forbidden: cannot set an ownerRef")]
    [InlineData(
        403,
        "namespaces \"guards\" is forbidden: User \"a\" cannot patch resource \"namespaces/status\"",
        "missing permission: patch on namespaces/status")]
    [InlineData(
        500,
        "Internal error occurred: failed calling webhook \"validate.admissionguard.io\": failed to call webhook: x509: unknown authority",
        "the API server got no answer from validate.admissionguard.io: x509: unknown authority")]
    public async Task It_leaves_Ignore_while_anything_else_comes_instead_of_the_guard_s_answer(int code, string message, string words)
    {
        Register("Ignore");
        Answer(code, message);

        var result = await RunAsync();

        Assert.Equal(ExitCode.Unreachable, result.ExitCode);
        Assert.Contains("still waiting for the guard to answer the API server", result.Error, StringComparison.Ordinal);
        Assert.Contains(words, result.Error, StringComparison.Ordinal);
        Assert.EndsWith("; its failurePolicy was not changed\n", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain($"PATCH {Path}", _cluster.Asked);
    }

    [Fact]
    public async Task Without_a_certificate_authority_it_asks_nothing()
    {
        Register("Ignore", bundle: "");

        var result = await RunAsync();

        Assert.Equal(
            (3, $"Error: {Name}: still waiting for the caBundle of validate.admissionguard.io after 1s; its failurePolicy was not changed\n"),
            (result.ExitCode, result.Error));
        Assert.Equal([$"GET {Path}"], _cluster.Asked);
    }

    [Theory]
    [InlineData(403, "{}", "permission denied")]
    [InlineData(404, """{"kind":"Status","details":{"name":"00-admissionguard"}}""", "not found")]
    [InlineData(200, """{"webhooks":[{"name":"another.example.com"}]}""", "it has no webhook validate.admissionguard.io")]
    public async Task What_waiting_would_not_change_is_refused_at_once(int code, string answer, string words)
    {
        (_cluster.Codes[Path], _cluster.Answers[Path]) = (code, answer);

        var result = await RunAsync("--wait", "1h");

        Assert.Equal(ExitCode.Refused, result.ExitCode);
        Assert.Contains(words, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_cluster_says_only_shows()
    {
        Register("Ignore");
        Answer(403, "x\nGrant: \e[31m");

        var result = await RunAsync();

        Assert.Empty(HostileText.Faults(result));
        Assert.Contains(@"x\nGrant:", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--webhooks", "../tenants/oil", "--webhooks: '../tenants/oil' is not a valid name of a webhook configuration")]
    [InlineData("--wait", "soon", "--wait: 'soon' is not a duration")]
    [InlineData("--set", "tenant.labelKey=a b", "tenant.labelKey")]
    public async Task A_wrong_option_is_named(string option, string value, string words)
    {
        var result = await RunAsync(option, value);

        Assert.Equal(ExitCode.BadInput, result.ExitCode);
        Assert.Contains(words, result.Error, StringComparison.Ordinal);
        Assert.Empty(_cluster.Asked);
    }

    private void Register(string policy, string bundle = "Q0E=") => _cluster.Answers[Path] = new JsonObject
    {
        ["webhooks"] = new JsonArray(
            new JsonObject { ["name"] = "another.example.com", ["failurePolicy"] = "Ignore" },
            new JsonObject
            {
                ["name"] = "validate.admissionguard.io",
                ["failurePolicy"] = policy,
                ["clientConfig"] = new JsonObject
                {
                    ["caBundle"] = bundle,
                    ["service"] = new JsonObject { ["namespace"] = "guards" },
                },
            }),
    }.ToJsonString();

    private void Answer(int code, string message) => (_cluster.Codes[Probe], _cluster.Answers[Probe]) =
        (code, new JsonObject { ["kind"] = "Status", ["message"] = message }.ToJsonString());

    // A second is too short for another attempt.
    private async Task<CommandResult> RunAsync(params string[] more)
    {
        string[] wait = more.Contains("--wait", StringComparer.Ordinal) ? [] : ["--wait", "1s"];
        return await InProcessCommand.RunAsync(["register", "--kubeconfig", await _cluster.KubeconfigAsync(), .. wait, .. more]);
    }
}
