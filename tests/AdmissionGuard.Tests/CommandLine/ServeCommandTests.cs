namespace AdmissionGuard.Tests.CommandLine;

public sealed class ServeCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("--listen: 'nowhere' is not ADDR:PORT", "serve", "--listen", "nowhere")]
    [InlineData("--tls-cert and --tls-key must be given together", "serve", "--tls-cert", "x")]
    [InlineData("--drain: 'soon' is not a duration, as in 10s", "serve", "--drain", "soon")]
    [InlineData("--max-lookups: '0' is not a whole number of at least 1", "serve", "--max-lookups", "0")]
    [InlineData("--max-lookups: 'many' is not a whole number of at least 1", "serve", "--max-lookups", "many")]
    [InlineData("--no-such-option", "serve", "--no-such-option")]
    [InlineData(
        "the serving certificate no-such.crt with key no-such.key can't be loaded",
        "serve",
        "--tls-cert",
        "no-such.crt",
        "--tls-key",
        "no-such.key")]
    [InlineData("the client certificate authority no-such.crt can't be loaded", "serve", "--client-ca", "no-such.crt")]
    [InlineData("--client-name requires --client-ca", "serve", "--client-name", "kube-apiserver")]
    [InlineData("--certificates: 'cert-manager' is neither files nor self-managed", "serve", "--certificates", "cert-manager")]
    [InlineData("--certificate-life: must be at least 10s, not 9s", "serve", "--certificate-life", "9s")]
    [InlineData("--authority-life: must be at least twice --certificate-life, which is 2160h", "serve", "--authority-life", "4319h")]
    [InlineData("--authority-life: '5y' is not a duration", "serve", "--authority-life", "5y")]
    [InlineData("--host: '*.example.com' is not a DNS name or an IP address", "serve", "--host", "*.example.com")]
    [InlineData(
        "is not a DNS name or an IP address",
        "serve",
        "--host",
        "a123456789b123456789c123456789d123456789e123456789f123456789abcd.example.com")]
    [InlineData("--secret: 'a/b' is not a name", "serve", "--secret", "a/b")]
    [InlineData("--log-format: 'xml' is not json or text", "serve", "--log-format", "xml")]
    [InlineData("--log-level: 'loud' is not debug, info, warn or error", "serve", "--log-level", "loud")]
    public async Task Bad_input_is_exit_code_2_and_one_clear_error(string words, params string[] arguments)
    {
        var result = await RunAsync(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"Error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(words, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kubeconfig_that_is_not_there_is_exit_code_2_and_is_named()
    {
        var (certificate, key) = TestCertificate.Loopback.WriteTo(_folder.FullName);

        var result = await RunAsync("serve", "--tls-cert", certificate, "--tls-key", key, "--kubeconfig", "no-such-kubeconfig");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("Error: kubeconfig no-such-kubeconfig: file not found", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_key_that_is_half_there_is_exit_code_2_and_one_line()
    {
        var (certificate, key) = TestCertificate.Loopback.WriteTo(_folder.FullName);
        var (kubeconfig, half) = (Path.Combine(_folder.FullName, "kubeconfig"), Path.Combine(_folder.FullName, "half.key"));
        await File.WriteAllTextAsync(
            half, (await File.ReadAllTextAsync(key, TestContext.Current.CancellationToken))[..100], TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            kubeconfig,
            TestKubeconfig.For(new Uri("https://127.0.0.1:9"))
                .Replace("token: secret-token", $"client-certificate: {certificate}, client-key: {half}", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        var result = await RunAsync("serve", "--tls-cert", certificate, "--tls-key", key, "--kubeconfig", kubeconfig);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith(
            $"Error: kubeconfig {kubeconfig} can't be loaded: ",
            Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_has_every_option_with_its_default_and_examples()
    {
        var help = (await RunAsync("serve", "--help")).Ok();

        Assert.All(
            [
                "--kubeconfig <FILE>",
                "--config <FILE>",
                "--set <PATH=VALUE>",
                "--listen <ADDR:PORT>",
                "[default: :9443]",
                "--tls-cert <FILE>",
                "--tls-key <FILE>",
                "--health-listen <ADDR:PORT>",
                "[default: :8080]",
                "--certificates <files|self-managed>",
                "[default: files]",
                "--certificate-life <DURATION>",
                "--client-ca <FILE>",
                "--drain <DURATION>",
                "[default: 10s]",
                "--log-format <json|text>",
                "[default: json]",
                "--log-level <debug|info|warn|error>",
                "[default: info]",
                "--max-lookups <N>",
                "[default: 500]",
                "Examples:",
            ],
            words => Assert.Contains(words, help, StringComparison.Ordinal));
    }

    // With a limit: arguments that are accepted by mistake start the server.
    private static Task<CommandResult> RunAsync(params string[] arguments) =>
        InProcessCommand.RunAsync(arguments).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
}
