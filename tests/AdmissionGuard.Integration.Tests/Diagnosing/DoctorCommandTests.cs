using AdmissionGuard.Tools.Checking;
using AdmissionGuard.Tools.Diagnosing;
using AdmissionGuard.Tools.Diagnosing.Output;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Integration.Tests.Diagnosing;

/// <summary>
/// <c>admissionguard doctor</c> at the command line: its options, its output and its exit codes. The recorded session in the documentation
/// is of the built program.
/// </summary>
public sealed class DoctorCommandTests : IAsyncLifetime
{
    private StubInstallation _here = null!;

    public async ValueTask InitializeAsync() => _here = await StubInstallation.StartAsync();

    public ValueTask DisposeAsync() => _here.DisposeAsync();

    [Fact]
    public async Task Under_each_line_that_is_not_ok_stands_the_fix_and_a_count_ends_it()
    {
        _here.List(StubInstallation.Budgets);
        _here.Cluster.Answers[StubInstallation.Secret] = "{}";
        _here.Change(StubInstallation.Validating, configuration => configuration["webhooks"]![0]!["failurePolicy"] = "Ignore");

        var answer = await RunAsync();

        Assert.Equal(1, answer.ExitCode);
        Assert.StartsWith(
            "STATUS      CHECK                   MESSAGE\n[ok]        api-server              Kubernetes 1.36.2\n",
            answer.Output,
            StringComparison.Ordinal);
        Assert.Contains(
            "[fail]      validator               its failurePolicy is Ignore, not Fail\n            fix: restore the values of deploy/base/webhooks.yaml:\n            kubectl patch validatingwebhookconfiguration 00-admissionguard ",
            answer.Output,
            StringComparison.Ordinal);
        Assert.EndsWith("\n\n24 ok, 1 warning, 1 failed, 3 unknown\n", answer.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-o", "json", "\"kind\": \"DoctorResult\"")]
    [InlineData("-o", "yaml", "kind: DoctorResult\nhealthy: true\n")]
    public async Task It_is_written_as_an_object_too(string flag, string format, string words)
    {
        var answer = await RunAsync(flag, format);

        Assert.Equal(0, answer.ExitCode);
        Assert.Contains(words, answer.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--namespace: 'Guards' is not a valid namespace name", "--namespace", "Guards")]
    [InlineData("--endpoint: '9443' is not HOST:PORT, as in 127.0.0.1:9443", "--endpoint", "9443")]
    [InlineData("--as: '' is not a user name", "--as", "")]
    [InlineData("--as-group requires --as", "--as-group", "dev")]
    [InlineData("moed", "--set", "moed=warn")]
    [InlineData("--config: file 'no-such.yaml' not found", "--config", "no-such.yaml")]
    [InlineData("contexts has no 'elsewhere', which --context names", "--context", "elsewhere")]
    public async Task Bad_input_is_told_and_ends_with_2(string words, params string[] arguments)
    {
        var answer = await RunAsync(arguments);

        Assert.Equal((2, ""), (answer.ExitCode, answer.Output));
        Assert.StartsWith("Error: ", answer.Error, StringComparison.Ordinal);
        Assert.Contains(words, answer.Error.Split('\n')[0], StringComparison.Ordinal);
        Assert.Empty(_here.Cluster.Asked);
    }

    [Fact]
    public async Task A_cluster_that_is_unreachable_is_told_in_one_line_and_ends_with_3()
    {
        var folder = Directory.CreateTempSubdirectory("admissionguard-");
        var kubeconfig = Path.Combine(folder.FullName, "kubeconfig");
        await File.WriteAllTextAsync(
            kubeconfig, TestKubeconfig.For(new Uri("http://127.0.0.1:1")), TestContext.Current.CancellationToken);

        var answer = await DoctorAnswer.OfAsync(kubeconfig);
        folder.Delete(recursive: true);

        // What it tried again for takes more than the two seconds after which it says what it waits for.
        var errors = answer.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line != "doctor: still waiting for the API server …");
        Assert.Equal((3, null), (answer.ExitCode, answer.Result));
        Assert.Equal(
            "Error: the cluster can't be checked: the API server at http://127.0.0.1:1 is unreachable: connection refused",
            Assert.Single(errors));
    }

    [Fact]
    public async Task Who_may_read_nothing_is_told_which_role_to_ask_for_and_it_ends_with_3()
    {
        foreach (var path in _here.Cluster.Answers.Keys.Where(path => path is not ("/version" or StubInstallation.Caller))
            .Append("/apis/authorization.k8s.io/v1/subjectaccessreviews")
            .Append(StubInstallation.CapsuleConfiguration))
        {
            _here.Cluster.Codes[path] = 403;
        }

        var answer = await _here.AskAsync();

        Assert.Equal(3, answer.ExitCode);
        Assert.NotEmpty(answer.Errors);
        Assert.All(answer.Errors, line => Assert.StartsWith("unknown ", line, StringComparison.Ordinal));
        Assert.Equal(
            [
                "kubectl create clusterrolebinding admissionguard-doctor-69db3197 --clusterrole=admissionguard-doctor --user=dora",
                "kubectl -n admissionguard-system create rolebinding admissionguard-doctor-69db3197 --role=admissionguard-doctor --user=dora",
            ],
            answer.Commands("drift"));
    }

    [Theory]
    [InlineData(401, "log in again, or choose other credentials with --kubeconfig and --context")]
    [InlineData(418, "run doctor again; if it fails again, see the API server's log")]
    public async Task What_was_not_read_for_another_reason_than_a_missing_permission_is_not_told_as_one(int code, string fix)
    {
        _here.Cluster.Codes[StubInstallation.Pods] = code;

        Assert.Contains(fix, (await _here.AskAsync()).Remediation("replicas"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_API_server_does_not_say_who_asks_no_command_names_a_user()
    {
        _here.Cluster.Answers.TryRemove(StubInstallation.Caller, out _);
        _here.Cluster.Codes[StubInstallation.Pods] = 403;

        var answer = await _here.AskAsync();

        Assert.Empty(answer.Commands("replicas"));
        Assert.Contains("bind the ClusterRole and the Role admissionguard-doctor", answer.Remediation("replicas"), StringComparison.Ordinal);
    }

    [Fact]
    public void Marks_are_colored_where_that_is_wanted_and_nothing_else_is()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var remediation = new Remediation("fix it:", "make it");

        DiagnosisReport.Write(
            [
                ("one", CheckResult.Ok("good")),
                ("two", CheckResult.Warning("so-so", remediation)),
                ("three", CheckResult.Failed("bad", remediation)),
                ("four", CheckResult.Unknown("dark", remediation)),
            ],
            OutputFormat.Table,
            new Terminal(() => TextReader.Null, output, TextWriter.Null, isColored: true));

        Assert.Contains("\e[32m[ok]\e[0m        one     good\n", output.ToString(), StringComparison.Ordinal);
        Assert.Contains(
            "\e[33m[warn]\e[0m      two     so-so\n            fix: fix it:\n            make it\n",
            output.ToString(),
            StringComparison.Ordinal);
        Assert.Contains("\e[31m[fail]\e[0m      three   bad\n", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("\e[36m[unknown]\e[0m   four    dark\n", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_takes_long_is_told_while_it_is_waited_for()
    {
        var limiter = new TaskCompletionSource();
        _here.Cluster.Limiter = limiter.Task;

        var doctor = RunAsync();
        // The second try of the first read is past the two seconds.
        await Poll.UntilAsync(
            "a second try",
            TimeSpan.FromMinutes(1),
            () => Task.FromResult(_here.Cluster.Asked.Count > 1),
            TestContext.Current.CancellationToken);
        limiter.SetResult();

        Assert.StartsWith("doctor: still waiting for the API server …\n", (await doctor).Error, StringComparison.Ordinal);
    }

    private async Task<CommandResult> RunAsync(params string[] arguments) =>
        await InProcessCommand.RunAsync(["doctor", "--kubeconfig", await _here.Cluster.KubeconfigAsync(), .. arguments]);
}
