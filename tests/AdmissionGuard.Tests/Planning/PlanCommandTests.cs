using System.Text.Json.Nodes;

namespace AdmissionGuard.Tests.Planning;

/// <summary><c>admissionguard plan</c> as a program: what it takes, what it sends, and how it ends.</summary>
public sealed class PlanCommandTests : IAsyncLifetime
{
    private StubCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await StubCluster.StartAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_move_that_nothing_stands_against_ends_with_0_and_shows_what_would_be_stored()
    {
        var answer = await _cluster.PlanAsync("billing", "--to", "gas", "--as", "mover");

        Assert.Equal((0, ""), (answer.ExitCode, answer.Error));
        Assert.Contains("Verdict:     allowed\n", answer.Output, StringComparison.Ordinal);
        Assert.Contains("Warnings:    AdmissionGuard: billing moves from tenant oil to gas; ownerReference set to gas (uid gas-uid)\n", answer.Output, StringComparison.Ordinal);
        Assert.Contains("-    capsule.clastix.io/tenant: oil\n+    capsule.clastix.io/tenant: gas\n", answer.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', answer.Output);
    }

    [Fact]
    public async Task It_reads_and_asks_and_sends_nothing_else()
    {
        await _cluster.PlanAsync("billing", "--to", "gas", "--as", "mover");

        Assert.All(_cluster.Asked, asked => Assert.True(asked.StartsWith("GET ", StringComparison.Ordinal) || asked == "POST /apis/authorization.k8s.io/v1/subjectaccessreviews", asked));
    }

    [Fact]
    public async Task A_refusal_ends_with_1_and_names_the_verbs_and_what_grants_them()
    {
        _cluster.Answers["/apis/authorization.k8s.io/v1/subjectaccessreviews"] = """{"kind":"SubjectAccessReview","status":{"allowed":false}}""";

        var answer = await _cluster.PlanAsync("billing", "--to", "gas", "--as", "alice", "-o", "json");
        var plan = JsonNode.Parse(answer.Output)!;

        Assert.Equal(1, answer.ExitCode);
        Assert.Equal("namespaces \"billing\" is forbidden: User \"alice\" cannot get resource \"namespaces\" in API group \"\" in the namespace \"billing\"", (string)plan["message"]!);
        Assert.Equal(3, plan["reasons"]!.AsArray().Count);
        Assert.Equal("get patch release adopt", string.Join(' ', plan["grants"]!.AsArray().Select(grant => (string)grant!["verb"]!)));
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
            (2, "", "Error: this API server can't say who you are (it serves no SelfSubjectReview): give --as USER, and --as-group GROUP for each group\n"),
            (answer.ExitCode, answer.Output, answer.Error));
    }

    [Fact]
    public async Task Without_the_Tenant_resource_one_line_says_so_and_it_ends_with_3()
    {
        _cluster.Answers.TryRemove("/apis/capsule.clastix.io/v1beta2/tenants/gas", out _);

        var answer = await _cluster.PlanAsync("billing", "--to", "gas", "--as", "mover");

        Assert.Equal((3, "", "Error: this cluster does not serve tenants.capsule.clastix.io v1beta2: is its CRD installed?\n"), (answer.ExitCode, answer.Output, answer.Error));
    }

    [Fact]
    public async Task A_label_that_says_so_already_asks_nothing()
    {
        var answer = await _cluster.PlanAsync("billing", "--to", "oil", "--as", "mover");

        Assert.Equal(0, answer.ExitCode);
        Assert.Contains("the label says so already: nothing is asked", answer.Output, StringComparison.Ordinal);
        Assert.EndsWith("\nNothing would change.\n", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_takes_long_is_told_while_it_is_waited_for()
    {
        var gate = new TaskCompletionSource();
        _cluster.Gate = gate.Task;

        var plan = _cluster.PlanAsync("billing", "--to", "gas", "--as", "mover");
        // The second try of the first read is past the two seconds.
        await TestCluster.Poll.UntilAsync("a second try", TimeSpan.FromMinutes(1), () => Task.FromResult(_cluster.Asked.Count > 1), TestContext.Current.CancellationToken);
        gate.SetResult();
        var answer = await plan;

        Assert.Equal(0, answer.ExitCode);
        Assert.StartsWith("plan: still reading namespace billing …\n", answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--to or --release", "billing", "--as", "mover")]
    [InlineData("not both", "billing", "--to", "gas", "--release")]
    [InlineData("a name", "Billing", "--to", "gas")]
    [InlineData("a label's value", "billing", "--to", "gas/status")]
    [InlineData("a user with groups", "billing", "--to", "gas", "--as-group", "dev")]
    [InlineData("a setting that there is", "billing", "--to", "gas", "--set", "moed=warn")]
    [InlineData("a context that there is", "billing", "--to", "gas", "--context", "elsewhere")]
    public async Task Bad_input_is_told_and_ends_with_2(string wanted, params string[] arguments)
    {
        var answer = await _cluster.PlanAsync(arguments);

        Assert.True(answer.ExitCode == 2, wanted);
        Assert.StartsWith("Error: ", answer.Error, StringComparison.Ordinal);
        Assert.Empty(_cluster.Asked);
    }

    [Fact]
    public async Task A_cluster_that_is_away_is_told_in_one_line_and_ends_with_3()
    {
        await _cluster.DisposeAsync();
        var folder = Directory.CreateTempSubdirectory("admissionguard-");
        var kubeconfig = Path.Combine(folder.FullName, "kubeconfig");
        // A port of loopback that nobody listens on.
        await File.WriteAllTextAsync(kubeconfig, RunningGuard.Kubeconfig(new Uri("http://127.0.0.1:1")), TestContext.Current.CancellationToken);

        var answer = await StubCluster.RunAsync("billing", "--to", "gas", "--as", "mover", "--kubeconfig", kubeconfig);
        folder.Delete(recursive: true);

        Assert.Equal((3, "Error: namespace \"billing\" could not be read: the API server can't be reached\n"), (answer.ExitCode, answer.Error));
        _cluster = await StubCluster.StartAsync();
    }
}
