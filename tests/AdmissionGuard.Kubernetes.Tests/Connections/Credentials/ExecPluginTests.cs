using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Credentials;
using AdmissionGuard.Kubernetes.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionGuard.Kubernetes.Tests.Connections.Credentials;

/// <summary>Credentials that a program gives, as those of EKS, GKE and AKS do.</summary>
public sealed class ExecPluginTests : IDisposable
{
    private const string V1 = "client.authentication.k8s.io/v1";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 22, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(V1)]
    [InlineData("client.authentication.k8s.io/v1beta1")]
    public async Task Its_token_is_used_and_it_gets_its_arguments_its_environment_and_the_cluster(string version)
    {
        Script($"""printf '%s' "$KUBERNETES_EXEC_INFO" >"{At("info")}"; {Print(version, "\"token\":\"'$1-$NAME'\"")}""");
        var connection = Open(Kubeconfig(version, "args: [{script}, first], env: [{name: NAME, value: second}], provideClusterInfo: true"));

        Assert.Equal("Bearer first-second", await AuthorizationAsync(connection));
        var info = JsonNode.Parse(await File.ReadAllTextAsync(At("info"), TestContext.Current.CancellationToken))!;
        Assert.Equal(
            (version, "ExecCredential", false), ((string)info["apiVersion"]!, (string)info["kind"]!, (bool)info["spec"]!["interactive"]!));
        Assert.Equal("https://127.0.0.1:1", (string)info["spec"]!["cluster"]!["server"]!);
    }

    [Fact]
    public async Task A_token_is_requested_again_shortly_before_it_expires_by_one_run_and_nobody_waits_meanwhile()
    {
        Script(
            $"""echo run >>"{At("runs")}"; while [ -e "{At("hold")}" ]; do sleep 0.05; done; {Print(V1, $"\"token\":\"'$(cat {At("token")})'\",\"expirationTimestamp\":\"'$(cat {At("expiry")})'\"")}""");
        Give("first", "2026-11-24T22:15:00Z");
        var connection = Open(Kubeconfig(V1));
        _time.Advance(TimeSpan.FromMinutes(13));
        Assert.Equal("Bearer first", await AuthorizationAsync(connection));
        Assert.Equal(1, Runs());

        Give("second", "2026-11-24T22:30:00Z");
        await File.WriteAllTextAsync(At("hold"), "", TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(90));
        Assert.All(
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AuthorizationAsync(connection))),
            held => Assert.Equal("Bearer first", held));
        File.Delete(At("hold"));
        await Poll.UntilAsync(
            "the second token",
            TimeSpan.FromMinutes(1),
            async () => await AuthorizationAsync(connection) == "Bearer second",
            TestContext.Current.CancellationToken);
        Assert.Equal(2, Runs());

        Give("third", "2026-11-24T23:00:00Z");
        _time.Advance(TimeSpan.FromMinutes(20));
        Assert.All(
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AuthorizationAsync(connection))),
            fresh => Assert.Equal("Bearer third", fresh));
        Assert.Equal(3, Runs());
    }

    [Fact]
    public void A_client_certificate_is_used_and_makes_another_client_before_it_expires()
    {
        Certify();
        Script($"""cat "{At("credential.json")}" """);
        var connection = Open(Kubeconfig(V1));
        var before = connection.Current;
        Assert.Equal(ReloadResult.Same, connection.Refresh());

        _time.Advance(TimeSpan.FromHours(23.999));
        Certify();

        Assert.Equal(ReloadResult.Applied, connection.Refresh());
        Assert.NotSame(before, connection.Current);
        Assert.Equal(ReloadResult.Same, connection.Refresh());
    }

    [Theory]
    [InlineData("echo no login found >&2; exit 3", "it exited with code 3: no login found")]
    [InlineData("echo hello", "its output is not an ExecCredential")]
    [InlineData(
        """echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{}}'""",
        "it returned neither a token nor a client certificate")]
    [InlineData(
        """echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"clientCertificateData":"x"}}'""",
        "it returned a client certificate without its key, or a key without its certificate")]
    [InlineData(
        """echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"x"}}'""",
        "its output is an ExecCredential of 'client.authentication.k8s.io/v1beta1', but the kubeconfig requires client.authentication.k8s.io/v1")]
    public void What_it_fails_at_is_reported(string script, string words)
    {
        Script(script);

        Assert.Equal($"credential plugin '/bin/sh': {words}", Assert.Throws<ConnectionSourceException>(() => Open(Kubeconfig(V1))).Message);
    }

    [Theory]
    [InlineData("head -c 2097152 /dev/zero")]
    [InlineData("head -c 2097152 /dev/zero >&2")]
    [InlineData("yes")]
    [InlineData("yes >&2")]
    [InlineData("cat /dev/zero >&2")]
    public void What_prints_too_much_is_ended_at_once(string script)
    {
        Script($"{script}; {Print(V1, "\"token\":\"x\"")}");

        Assert.Equal(
            "credential plugin '/bin/sh': its output can't be read: it is longer than 1 Mi characters",
            Assert.Throws<ConnectionSourceException>(() => Open(Kubeconfig(V1))).Message);
    }

    [Fact]
    public void What_leaves_another_process_behind_is_not_waited_for_where_it_gave_its_credentials()
    {
        Script($"""sleep 300 >/dev/null & echo $! >"{At("left")}"; {Print(V1, "\"token\":\"x\"")}""");
        try
        {
            Assert.NotNull(Open(Kubeconfig(V1)));
        }
        finally
        {
            System.Diagnostics.Process.GetProcessById(
                int.Parse(File.ReadAllText(At("left")), System.Globalization.CultureInfo.InvariantCulture)).Kill();
        }
    }

    [Fact]
    public async Task What_it_says_is_shown_line_by_line_and_escaped_and_its_last_line_is_cut_in_the_error()
    {
        using var screen = new StringWriter();
        var plugin = new ExecPlugin(V1, "/bin/sh")
        {
            Arguments = ["-c", @"printf 'Go to \033[2J\342\200\256example.com\r\n\n%01000d' 7 >&2; exit 1"],
            Screen = screen,
        };

        var error = await Assert.ThrowsAsync<ConnectionSourceException>(() => plugin.RunAsync(TestContext.Current.CancellationToken));

        Assert.Equal(["Go to \\u001B[2J\\u202Eexample.com", "", new string('0', 999) + "7", ""], screen.ToString().Split('\n'));
        Assert.Equal($"credential plugin '/bin/sh': it exited with code 1: {new string('0', 255)}…", error.Message);
    }

    [Theory]
    [InlineData(
        "command: no-such-plugin, installHint: \"Get it from\\nexample.com\", interactiveMode: Never, apiVersion: client.authentication.k8s.io/v1",
        "credential plugin 'no-such-plugin': command not found. Get it from example.com")]
    [InlineData(
        "command: /bin/sh, interactiveMode: Never, apiVersion: client.authentication.k8s.io/v1alpha1",
        "credential plugin '/bin/sh': its apiVersion 'client.authentication.k8s.io/v1alpha1' is neither client.authentication.k8s.io/v1 nor v1beta1")]
    [InlineData(
        "command: /bin/sh, interactiveMode: Always, apiVersion: client.authentication.k8s.io/v1",
        "credential plugin '/bin/sh': its interactiveMode is Always, but there is no terminal")]
    [InlineData(
        "command: /etc/passwd, interactiveMode: Never, apiVersion: client.authentication.k8s.io/v1",
        "credential plugin '/etc/passwd': it can't be started: ")]
    public void What_can_not_be_run_is_reported(string exec, string words) =>
        Assert.StartsWith(
            words,
            Assert.Throws<ConnectionSourceException>(() => Open(KubeconfigOf($"{{exec: {{{exec}}}}}"))).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task A_token_that_the_API_server_does_not_accept_any_more_is_replaced_within_the_same_call()
    {
        // By the clock of this test, which is another.
        var certificate = TestCertificate.SelfSigned(
            new CertificateSpec("it") { Names = ["127.0.0.1"], From = TimeSpan.FromDays(-9000), To = TimeSpan.FromDays(9000) });
        await using var server = await StubServer.StartAsync(
            (context, _) =>
            {
                context.Response.StatusCode = context.Request.Headers.Authorization == "Bearer second" ? 200 : 401;
                return Task.CompletedTask;
            },
            certificate);
        Script(Print(V1, $"\"token\":\"'$(cat {At("token")})'\""));
        Give("first", "");
        await File.WriteAllTextAsync(At("ca.crt"), certificate.Pem, TestContext.Current.CancellationToken);
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var connection = Open(
            Kubeconfig(V1).Replace(
                "\"https://127.0.0.1:1\"", $"\"{server.Address}\", certificate-authority: ca.crt", StringComparison.Ordinal));
        var calls = new ApiServerClient(
            connection,
            new ApiServerMetrics(services.GetRequiredService<IMeterFactory>()),
            TimeProvider.System,
            NullLogger<ApiServerClient>.Instance);

        Give("second", "");
        Assert.Equal("Unauthorized", await SendAsync(calls));
        // Not at once: a token may be refused for ever.
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("OK", await SendAsync(calls));
    }

    [Fact]
    public async Task A_failure_before_its_token_expires_is_logged_once_and_the_token_still_used()
    {
        const string Failing = "echo no login found >&2; exit 3";
        const string Told = "Warning: New credentials can't be obtained; the current ones remain in use: "
            + "credential plugin '/bin/sh': it exited with code 3: no login found";
        Script(Print(V1, """
            "token":"first","expirationTimestamp":"2026-11-24T22:15:00Z"
            """));
        var connection = Open(Kubeconfig(V1));
        using var log = new CollectedLog();
        using var refresher = new ConnectionRefresher(connection, _time, log.Logger<ConnectionRefresher>());
        await refresher.StartAsync(TestContext.Current.CancellationToken);

        Script(Failing);
        _time.Advance(TimeSpan.FromMinutes(14.5));
        Assert.Equal("Bearer first", await AuthorizationAsync(connection));

        await TicksUntilAsync("the failure to be logged", () => log.Lines.Any(line => line.ToString() == Told));
        Assert.Single(log.Lines, line => line.ToString() == Told);
        await refresher.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_token_that_stands_in_the_file_goes_first() =>
        Assert.Equal(
            "Bearer mine",
            await AuthorizationAsync(
                Open(
                    KubeconfigOf(
                        "{token: mine, exec: {command: no-such-plugin, interactiveMode: Never, apiVersion: client.authentication.k8s.io/v1}}"))));

    private Task TicksUntilAsync(string what, Func<bool> condition) => Poll.UntilAsync(
        what,
        TimeSpan.FromMinutes(1),
        () =>
        {
            _time.Advance(ConnectionRefresher.Period);
            return Task.FromResult(condition());
        },
        TestContext.Current.CancellationToken);

    private static async Task<string> SendAsync(ApiServerClient calls)
    {
        using var deadline = new Deadline(TimeProvider.System, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        return await calls.SendAsync(
            ApiCall.Read("test"),
            static root => new HttpRequestMessage(HttpMethod.Get, root),
            static (response, _) => Task.FromResult(response.StatusCode.ToString()),
            static failure => ApiFailureText.ForUser(failure),
            deadline);
    }

    private static async Task<string?> AuthorizationAsync(ClusterConnection connection)
    {
        using var request = new HttpRequestMessage();
        await connection.Current.PrepareAsync(request, TestContext.Current.CancellationToken);
        return request.Headers.Authorization?.ToString();
    }

    private static string Print(string version, string status) =>
        "echo '" + $$"""{"kind":"ExecCredential","apiVersion":"{{version}}","status":{ {{status}} } }""" + "'";

    private static string KubeconfigOf(string user) => $$$"""
        apiVersion: v1
        kind: Config
        current-context: it
        contexts: [{name: it, context: {cluster: here, user: me}}]
        clusters: [{name: here, cluster: {server: "https://127.0.0.1:1"}}]
        users: [{name: me, user: {{{user}}}}]
        """;

    private string Kubeconfig(string version, string more = "args: [{script}]") =>
        KubeconfigOf(
            $"{{exec: {{apiVersion: {version}, command: /bin/sh, interactiveMode: Never, {more.Replace("{script}", At("plugin.sh"), StringComparison.Ordinal)}}}}}");

    private ClusterConnection Open(string kubeconfig)
    {
        File.WriteAllText(At("kubeconfig"), kubeconfig);
        return new ClusterConnection(At("kubeconfig"), context: null, _time);
    }

    private void Script(string text) => File.WriteAllText(At("plugin.sh"), text);

    private void Give(string token, string expiry)
    {
        File.WriteAllText(At("token"), token);
        File.WriteAllText(At("expiry"), expiry);
    }

    private int Runs() => File.ReadAllLines(At("runs")).Length;

    private void Certify()
    {
        // By the clock of this test, which is another.
        var now = _time.GetUtcNow() - TimeProvider.System.GetUtcNow();
        var certificate = TestCertificate.SelfSigned(new CertificateSpec("it") { From = now, To = now + TimeSpan.FromDays(1) });
        var credential = new JsonObject
        {
            ["kind"] = "ExecCredential",
            ["apiVersion"] = V1,
            ["status"] = new JsonObject
            {
                ["clientCertificateData"] = certificate.Pem,
                ["clientKeyData"] = certificate.KeyPem,
            },
        };
        File.WriteAllText(At("credential.json"), credential.ToJsonString());
    }

    private string At(string file) => Path.Combine(_folder.FullName, file);
}
