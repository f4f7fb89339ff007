using System.Text.Json.Nodes;

namespace AdmissionGuard.Integration.Tests.Planning;

/// <summary><c>admissionguard plan</c> at the command line: what it takes, what it sends, and how it ends.</summary>
public sealed class PlanCommandTests : IAsyncLifetime
{
    private const string ConfigMap = "/api/v1/namespaces/admissionguard-system/configmaps/admissionguard-config";

    private StubCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await StubCluster.StartAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_move_that_nothing_stands_against_ends_with_0_and_shows_what_would_be_stored()
    {
        var answer = await _cluster.PlanAsync("billing", "--to", "gas", "--as", "mover");

        Assert.Equal((0, ""), (answer.ExitCode, answer.Error));
        Assert.Contains("Verdict:     allowed\n", answer.Output, StringComparison.Ordinal);
        Assert.Contains(
            "Warnings:    AdmissionGuard: billing may move from tenant oil to gas; ownerReference set to gas (uid gas-uid)\n",
            answer.Output,
            StringComparison.Ordinal);
        Assert.Contains(
            "-    capsule.clastix.io/tenant: oil\n+    capsule.clastix.io/tenant: gas\n", answer.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', answer.Output);
    }

    [Fact]
    public async Task It_reads_and_asks_and_sends_nothing_else()
    {
        await _cluster.PlanAsync("billing", "--to", "gas", "--as", "mover");

        Assert.NotEmpty(_cluster.Asked);
        Assert.All(
            _cluster.Asked,
            asked => Assert.True(
                asked.StartsWith("GET ", StringComparison.Ordinal) || asked == "POST /apis/authorization.k8s.io/v1/subjectaccessreviews",
                asked));
    }

    [Fact]
    public async Task A_refusal_ends_with_1_and_names_the_verbs_and_what_grants_them()
    {
        _cluster.Answers["/apis/authorization.k8s.io/v1/subjectaccessreviews"] = """{"kind":"SubjectAccessReview","status":{"allowed":false}}""";

        var answer = await _cluster.PlanAsync("billing", "--to", "gas", "--as", "alice", "-o", "json");
        var plan = JsonNode.Parse(answer.Output)!;

        Assert.Equal(1, answer.ExitCode);
        Assert.Equal(
            "namespaces \"billing\" is forbidden: User \"alice\" cannot get resource \"namespaces\" in API group \"\" in the namespace \"billing\"",
            (string)plan["message"]!);
        Assert.Equal(3, plan["reasons"]!.AsArray().Count);
        Assert.Equal("get patch release adopt", string.Join(' ', plan["grants"]!.AsArray().Select(grant => (string)grant!["verb"]!)));
    }

    [Theory]
    [InlineData("billing", 1)]
    [InlineData("elsewhere", 0)]
    public async Task The_namespace_that_the_validators_Service_is_in_is_the_guards_own_and_goes_into_no_tenant(string place, int exitCode)
    {
        const string Admission = "/apis/admissionregistration.k8s.io/v1";
        var service = $$"""{"service":{"namespace":"{{place}}","name":"admissionguard"} }""";
        _cluster.Answers[$"{Admission}/mutatingwebhookconfigurations"] = """{"items":[]}""";
        _cluster.Answers[$"{Admission}/validatingwebhookconfigurations"] =
            $$"""{"items":[{"webhooks":[{"name":"validate.admissionguard.io","clientConfig":{{service}} }]}]}""";

        var answer = await _cluster.PlanAsync("billing", "--to", "gas", "--as", "mover", "--set", "rules.protectedNamespaces=off");

        Assert.Equal(exitCode, answer.ExitCode);
        Assert.Equal(exitCode == 1, answer.Output.Contains("runs in namespace \"billing\", which is protected", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v1alpha1")]
    public async Task Who_is_not_named_is_asked_for_and_needs_no_right_to_ask_about_others(string version)
    {
        _cluster.Answers[$"/apis/authentication.k8s.io/{version}/selfsubjectreviews"] = """{"kind":"SelfSubjectReview","status":{"userInfo":{"username":"me","groups":["dev","system:authenticated"]}}}""";

        var answer = await _cluster.PlanAsync("billing", "--release", "-o", "yaml");

        Assert.Equal((0, ""), (answer.ExitCode, answer.Error));
        Assert.Contains("user: me\ngroups:\n- dev\n", answer.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("POST /apis/authorization.k8s.io/v1/subjectaccessreviews", _cluster.Asked);
    }

    [Fact]
    public async Task Where_the_API_server_can_not_say_who_one_is_one_line_asks_for_it()
    {
        var answer = await _cluster.PlanAsync("billing", "--to", "gas");

        Assert.Equal(
            (2, "", "Error: your user name is unknown (the API server does not serve SelfSubjectReview): give --as USER, and --as-group GROUP for each group\n"),
            (answer.ExitCode, answer.Output, answer.Error));
    }

    [Fact]
    public async Task Without_the_Tenant_resource_a_move_is_refused_and_a_release_is_not()
    {
        _cluster.Answers.TryRemove("/apis/capsule.clastix.io/v1beta2/tenants/gas", out _);
        _cluster.Answers.TryRemove("/apis/capsule.clastix.io/v1beta2/tenants/oil", out _);
        _cluster.Answers["/apis/capsule.clastix.io/v1beta2"] = StubApiServer.ResourcesJson("capsuleconfigurations").ToJsonString();

        var move = await _cluster.PlanAsync("billing", "--to", "gas", "--as", "mover");
        var release = await _cluster.PlanAsync("billing", "--release", "--as", "mover");

        Assert.Equal((1, ""), (move.ExitCode, move.Error));
        Assert.Contains("the API server does not serve tenants.capsule.clastix.io v1beta2; install", move.Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), (release.ExitCode, release.Error));
    }

    [Fact]
    public async Task A_404_that_names_no_tenant_ends_with_3_in_one_line()
    {
        _cluster.Answers.TryRemove("/apis/capsule.clastix.io/v1beta2/tenants/gas", out _);
        _cluster.Answers["/apis/capsule.clastix.io/v1beta2"] = StubApiServer.ResourcesJson("tenants").ToJsonString();

        var answer = await _cluster.PlanAsync("billing", "--to", "gas", "--as", "mover");

        Assert.Equal(
            (3, "", "Error: tenant \"gas\" could not be looked up (the API server answered 404 without naming the tenant)\n"),
            (answer.ExitCode, answer.Output, answer.Error));
    }

    /// <summary>An absent tenant looks to a person without permissions as one that is there.</summary>
    [Theory]
    [InlineData("", false)]
    [InlineData("get", true)]
    [InlineData("adopt", true)]
    public async Task That_a_tenant_does_not_exist_is_told_of_a_person_who_may_be_told(string verb, bool isTold)
    {
        _cluster.Answers["/apis/capsule.clastix.io/v1beta2/tenants/gsa"] = StubApiServer.NotFoundJson("gsa").ToJsonString();
        _cluster.Codes["/apis/capsule.clastix.io/v1beta2/tenants/gsa"] = 404;
        var tenants = StubApiServer.ListJson([StubApiServer.TenantJson("gas")]).ToJsonString();
        _cluster.Answers["/apis/capsule.clastix.io/v1beta2/tenants"] = tenants;
        _cluster.Allows = spec => (string?)spec["resourceAttributes"]!["resource"] == "namespaces"
            || ((string?)spec["resourceAttributes"]!["verb"] == verb && (string?)spec["resourceAttributes"]!["name"] == "gsa");

        var answer = await _cluster.PlanAsync("billing", "--to", "gsa", "--as", "alice");

        Assert.Equal(1, answer.ExitCode);
        Assert.Equal(isTold, answer.Output.Contains("does not exist", StringComparison.Ordinal));
        Assert.Equal(isTold, _cluster.Asked.Contains("GET /apis/capsule.clastix.io/v1beta2/tenants"));
        Assert.DoesNotContain("--verb=get", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_label_that_says_so_already_asks_nothing()
    {
        var answer = await _cluster.PlanAsync("billing", "--to", "oil", "--as", "mover");

        Assert.Equal(0, answer.ExitCode);
        Assert.Contains(
            "the label already has this value: the request does not change the tenant", answer.Output, StringComparison.Ordinal);
        Assert.EndsWith("\nNo changes.\n", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_takes_long_is_told_while_it_is_waited_for()
    {
        var limiter = new TaskCompletionSource();
        _cluster.Limiter = limiter.Task;

        var plan = InProcessCommand.RunAsync(["plan", "--kubeconfig", await _cluster.KubeconfigAsync(), "billing", "--to", "gas", "--as", "mover"]);
        // The second try of the first read is past the two seconds.
        await Poll.UntilAsync(
            "a second try",
            TimeSpan.FromMinutes(1),
            () => Task.FromResult(_cluster.Asked.Count > 1),
            TestContext.Current.CancellationToken);
        limiter.SetResult();
        var answer = await plan;

        Assert.Equal(0, answer.ExitCode);
        Assert.StartsWith("plan: still reading namespace billing …\n", answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("give either --to TENANT or --release", "billing", "--as", "mover")]
    [InlineData("give either --to TENANT or --release", "billing", "--to", "gas", "--release")]
    [InlineData("'Billing' is not a valid namespace name", "Billing", "--to", "gas")]
    [InlineData("--to: 'gas/status' is not a valid label value, so it can't be the name of a tenant", "billing", "--to", "gas/status")]
    [InlineData("--as-group requires --as", "billing", "--to", "gas", "--as-group", "dev")]
    [InlineData("--as: '' is not a user name", "billing", "--to", "gas", "--as", "")]
    [InlineData("moed", "billing", "--to", "gas", "--set", "moed=warn")]
    [InlineData("contexts has no 'elsewhere', which --context names", "billing", "--to", "gas", "--context", "elsewhere")]
    public async Task Bad_input_is_told_and_ends_with_2(string words, params string[] arguments)
    {
        var answer = await _cluster.PlanAsync(arguments);

        Assert.Equal(2, answer.ExitCode);
        Assert.StartsWith("Error: ", answer.Error, StringComparison.Ordinal);
        Assert.Contains(words, answer.Error.Split('\n')[0], StringComparison.Ordinal);
        Assert.Empty(_cluster.Asked);
    }

    [Fact]
    public async Task A_credential_plugin_gives_the_token()
    {
        const string Script =
            """echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"'$TOKEN'","expirationTimestamp":"2099-01-01T00:00:00Z"}}'""";

        var answer = await _cluster.PlanByPluginAsync(Script, "billing", "--to", "gas", "--as", "mover");

        Assert.Equal((0, ""), (answer.ExitCode, answer.Error));
        Assert.All(_cluster.Authorizations, each => Assert.Equal("Bearer of-plugin", each));
        Assert.NotEmpty(_cluster.Authorizations);
    }

    [Fact]
    public async Task A_credential_plugin_that_fails_is_told_in_one_line()
    {
        var answer = await _cluster.PlanByPluginAsync("echo not logged in >&2; exit 7", "billing", "--to", "gas", "--as", "mover");

        Assert.Equal((2, "Error: credential plugin '/bin/sh': it exited with code 7: not logged in\n"), (answer.ExitCode, answer.Error));
    }

    [Theory]
    [InlineData("{mode: warn}", "mode enforce would refuse this: ")]
    [InlineData("{mode: audit}", "this mode admits the request unmodified; mode enforce would deny it: ")]
    public async Task The_configuration_is_that_of_the_guard_in_the_cluster(string configuration, string words)
    {
        _cluster.Answers[ConfigMap] = $$$"""{"data":{"config.yaml":"{{{configuration}}}"}}""";
        _cluster.Allows = spec => (string?)spec["resourceAttributes"]!["verb"] is "get" or "patch";

        var answer = await _cluster.PlanAsync("billing", "--to", "gas", "--as", "alice");
        var flag = await _cluster.PlanAsync("billing", "--to", "gas", "--as", "alice", "--set", "mode=enforce");
        var file = Path.GetTempFileName();
        var given = await _cluster.PlanAsync("billing", "--to", "gas", "--as", "alice", "--config", file);
        File.Delete(file);

        Assert.Equal((0, ""), (answer.ExitCode, answer.Error));
        Assert.Contains(words, answer.Output, StringComparison.Ordinal);
        Assert.Equal((1, 1), (flag.ExitCode, given.ExitCode));
    }

    [Fact]
    public async Task The_flags_and_the_environment_of_its_Deployment_count_too_wherever_it_runs()
    {
        _cluster.Answers["/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"] = """{"items":[]}""";
        _cluster.Answers["/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"] =
            """{"items":[{"webhooks":[{"name":"validate.admissionguard.io","clientConfig":{"service":{"namespace":"guards"}}}]}]}""";
        _cluster.Answers["/api/v1/namespaces/guards/configmaps/own"] = """{"data":{"it.yaml":"{mode: audit, ownersMayMigrate: true}"}}""";
        _cluster.Answers["/apis/apps/v1/namespaces/guards/deployments"] = """
            {"items":[{"metadata":{"name":"guard"},"spec":{"template":{"spec":{"volumes":[{"name":"c","configMap":{"name":"own"}}],"containers":[
             {"args":["serve","--config","/etc/c/it.yaml","--set","mode=warn"],"volumeMounts":[{"name":"c","mountPath":"/etc/c"}],
              "env":[{"name":"ADMISSIONGUARD__VERBS__RELEASE","value":"let-go"},{"name":"ADMISSIONGUARD__X","valueFrom":{}}]}]}}}}]}
            """;
        _cluster.Allows = spec => (string?)spec["resourceAttributes"]!["verb"] is "get" or "patch";

        var answer = await _cluster.PlanAsync("billing", "--to", "gas", "--as", "alice");

        Assert.Equal((0, ""), (answer.ExitCode, answer.Error));
        Assert.Contains("mode enforce would refuse this: alice may not move namespace billing", answer.Output, StringComparison.Ordinal);
        Assert.Contains("needs \"let-go\" on ", answer.Output, StringComparison.Ordinal);
        Assert.Contains(
            "not considered, because the values are stored elsewhere: ADMISSIONGUARD__X\n", answer.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "{}", "admissionguard-system", " could not be read: permission denied (403)")]
    [InlineData(404, """{"details":{"name":"admissionguard-config"}}""", "guards", " not found in namespace guards")]
    [InlineData(200, """{"data":{}}""", "admissionguard-system", " has no key config.yaml")]
    [InlineData(200, """{"data":{"config.yaml":"moed: warn"}}""", "admissionguard-system", " is invalid: config.yaml:1: moed: unknown setting")]
    public async Task What_it_assumes_without_the_guards_configuration_is_told_and_it_goes_on(
        int code, string map, string place, string why)
    {
        var path = ConfigMap.Replace("admissionguard-system", place, StringComparison.Ordinal);
        (_cluster.Codes[path], _cluster.Answers[path]) = (code, map);
        _cluster.Answers[$"/apis/apps/v1/namespaces/{place}/deployments"] = """{"items":[]}""";

        var answer = await _cluster.PlanAsync(
            "billing", "--to", "gas", "--as", "mover", "--guard-namespace", place, "--set", "rules.reasonGiven=warn");

        var assumption = $"ConfigMap admissionguard-config of namespace {place}{why}";
        Assert.Equal(0, answer.ExitCode);
        Assert.StartsWith($"Warning: {assumption}", answer.Error, StringComparison.Ordinal);
        Assert.Contains(
            "; the plan assumes the defaults for settings that neither --set nor the environment gives. To plan with the guard's configuration, give its file: --config FILE\n",
            answer.Error,
            StringComparison.Ordinal);
        Assert.Contains($"Notes:       {assumption}", answer.Output, StringComparison.Ordinal);
        Assert.Contains("rule reasonGiven (warns only)", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_may_not_be_read_beside_what_is_needed_is_unknown_and_said_to_be()
    {
        const string Capsule = "/apis/capsule.clastix.io/v1beta2/capsuleconfigurations/default";
        _cluster.Codes[Capsule] = 403;
        _cluster.Codes["/apis/apps/v1/namespaces/admissionguard-system/deployments"] = 403;
        var forbidden = await _cluster.PlanAsync("billing", "--to", "gas", "--as", "mover");
        _cluster.Codes[Capsule] = 500;
        var broken = await _cluster.PlanAsync("billing", "--to", "gas", "--as", "mover");

        Assert.Equal((0, ""), (forbidden.ExitCode, forbidden.Error));
        Assert.Contains(
            "Unknown:     whether the CapsuleConfiguration \"default\" changes the verdict, because it could not be read (permission denied (403)): its protectedNamespaceRegex, forceTenantPrefix and administrators\n",
            forbidden.Output,
            StringComparison.Ordinal);
        Assert.Contains(
            "the guard's Deployment could not be read (permission denied (403)): its flags and environment variables, which override the ConfigMap, are not considered\n",
            forbidden.Output,
            StringComparison.Ordinal);
        Assert.Equal(3, broken.ExitCode);
    }

    [Fact]
    public async Task Who_may_not_ask_about_others_is_told_so_and_only_then()
    {
        const string Reviews = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
        _cluster.Codes[Reviews] = 403;
        var forbidden = await _cluster.PlanAsync("billing", "--to", "gas", "--as", "mover");
        _cluster.Codes[Reviews] = 500;
        var broken = await _cluster.PlanAsync("billing", "--to", "gas", "--as", "mover");

        Assert.Equal(
            (3, "Error: what mover may do is unknown (the API server answered 403): --as requires permission to create subjectaccessreviews, as in the ClusterRole admissionguard-planner\n"),
            (forbidden.ExitCode, forbidden.Error));
        Assert.Equal((3, "Error: what mover may do is unknown: the API server answered 500\n"), (broken.ExitCode, broken.Error));
    }

    [Fact]
    public async Task What_the_API_server_forbids_first_is_said_to_be_its_own()
    {
        _cluster.Answers["/apis/authorization.k8s.io/v1/subjectaccessreviews"] = """{"kind":"SubjectAccessReview","status":{"allowed":false}}""";

        var answer = await _cluster.PlanAsync("billing", "--to", "gas", "--as", "alice");

        Assert.Contains("Verdict:     refused (403 Forbidden, by the API server)\n", answer.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("enforce", "which alice lacks: cannot set an ownerRef on a resource you can't delete")]
    [InlineData("warn", "no permission is required, because no ownerReference changes")]
    [InlineData("audit", "no permission is required, because no ownerReference changes")]
    public async Task OpenShift_asks_for_delete_only_where_the_guard_writes_a_reference(string mode, string words)
    {
        _cluster.Answers["/apis"] = """{"kind":"APIGroupList","groups":[{"name":"config.openshift.io"}]}""";
        _cluster.Answers["/apis/authorization.k8s.io/v1/subjectaccessreviews"] = """{"kind":"SubjectAccessReview","status":{"allowed":false}}""";

        var answer = await _cluster.PlanAsync("billing", "--to", "gas", "--as", "alice", "--set", $"mode={mode}");

        Assert.Contains(words, answer.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://no-such-host.invalid", "its name can't be resolved (DNS)")]
    [InlineData("https://", "its certificate may be the cause")]
    public async Task What_keeps_it_from_the_cluster_is_told_with_its_address(string server, string words)
    {
        await using var secure = await StubApiServer.StartAsync(TestCertificate.Loopback);
        var (folder, address) = (Directory.CreateTempSubdirectory("admissionguard-"), server == "https://"
            ? secure.Url.AbsoluteUri.TrimEnd('/')
            : server);
        var kubeconfig = Path.Combine(folder.FullName, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, TestKubeconfig.For(new Uri(address)), TestContext.Current.CancellationToken);

        var answer = await StubCluster.RunAsync("billing", "--to", "gas", "--as", "mover", "--kubeconfig", kubeconfig);
        folder.Delete(recursive: true);

        Assert.Equal(3, answer.ExitCode);
        Assert.StartsWith(
            $"Error: namespace \"billing\" could not be read: the API server at {address} is unreachable: ",
            LastLine(answer.Error),
            StringComparison.Ordinal);
        Assert.Contains(words, answer.Error, StringComparison.Ordinal);
    }

    // Before it may come what was waited for, on a machine that is busy.
    private static string LastLine(string text) => text.TrimEnd('\n').Split('\n')[^1];

    [Fact]
    public async Task A_cluster_that_is_unreachable_is_told_in_one_line_and_ends_with_3()
    {
        await _cluster.DisposeAsync();
        var folder = Directory.CreateTempSubdirectory("admissionguard-");
        var kubeconfig = Path.Combine(folder.FullName, "kubeconfig");
        // A port of loopback that nobody listens on.
        await File.WriteAllTextAsync(
            kubeconfig, TestKubeconfig.For(new Uri("http://127.0.0.1:1")), TestContext.Current.CancellationToken);

        var answer = await StubCluster.RunAsync("billing", "--to", "gas", "--as", "mover", "--kubeconfig", kubeconfig);
        folder.Delete(recursive: true);

        Assert.Equal(
            (3, "Error: namespace \"billing\" could not be read: the API server at http://127.0.0.1:1 is unreachable: connection refused\n"),
            (answer.ExitCode, answer.Error));
        _cluster = await StubCluster.StartAsync();
    }
}
