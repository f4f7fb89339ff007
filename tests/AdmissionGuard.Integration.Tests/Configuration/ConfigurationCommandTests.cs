namespace AdmissionGuard.Integration.Tests.Configuration;

/// <summary>The configuration at the real command line, with a real environment.</summary>
public sealed class ConfigurationCommandTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Everything_that_is_wrong_is_told_a_line_each_with_exit_code_2()
    {
        _folder.Write("mode: maybe\nrules:\n  noSuchRule: off\n");

        var result = await ServeAsync(
            new(StringComparer.Ordinal) { ["ADMISSIONGUARD__RULES__REASONGIVEN"] = "sometimes" },
            "--config",
            _folder.File,
            "--set",
            "verbs.adopt=*",
            "--set",
            "tenant.kind=team");

        Assert.Equal(2, result.ExitCode);
        Assert.Equal(
            $"""
            Error: {_folder.File}:1: mode: "maybe" is not enforce, warn or audit
            Error: {_folder.File}:3: rules.noSuchRule: unknown setting
            Error: ADMISSIONGUARD__RULES__REASONGIVEN: rules.reasonGiven: "sometimes" is not enforce, warn or off
            Error: --set: tenant.kind: "team" is not a kind, as in Tenant
            Error: --set: verbs.adopt: "*" is not a verb, as in adopt

            """,
            result.Error);
    }

    [Theory]
    [InlineData("Error: no-such-file.yaml: can't be read: ", "--config", "no-such-file.yaml")]
    [InlineData("Error: /: can't be read: ", "--config", "/")]
    [InlineData("Error: --config: '' is not a file name", "--config", "")]
    [InlineData("Error: --set: 'mode' is not PATH=VALUE, as in mode=audit", "--set", "mode")]
    [InlineData("Error: --set: '=audit' is not PATH=VALUE", "--set", "=audit")]
    [InlineData("Error: --set: noSuchSetting: unknown setting", "--set", "noSuchSetting=1")]
    public async Task What_can_not_be_used_is_named(string words, params string[] arguments)
    {
        var result = await InProcessCommand.RunAsync(["serve", .. arguments]);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith(words, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_Kubernetes_puts_into_the_environment_for_a_Service_is_no_setting()
    {
        var result = await ServeAsync(
            new(StringComparer.Ordinal)
            {
                ["ADMISSIONGUARD_SERVICE_HOST"] = "10.0.0.1",
                ["ADMISSIONGUARD_PORT"] = "tcp://10.0.0.1:443",
                ["ADMISSIONGUARD_PORT_443_TCP_ADDR"] = "10.0.0.1",
                ["ADMISSIONGUARD_SERVICE_PORT_HTTPS"] = "443",
            },
            "--tls-cert",
            "no-such.crt",
            "--tls-key",
            "no-such.key");

        // The configuration is valid, so the missing certificate is reported.
        Assert.StartsWith("Error: the serving certificate no-such.crt", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_very_many_errors_the_first_are_reported()
    {
        _folder.Write(
            string.Join('\n', Enumerable.Range(0, 2000).Select(i => $"{new string('x', 1 + (i / 26))}{(char)('a' + (i % 26))}: 1")));

        var result = await InProcessCommand.RunAsync(["serve", "--config", _folder.File]);

        Assert.Equal(2, result.ExitCode);
        Assert.Equal(21, result.Error.TrimEnd('\n').Split('\n').Length);
        Assert.EndsWith("Error: and 1980 more\n", result.Error, StringComparison.Ordinal);
    }

    private static Task<CommandResult> ServeAsync(Dictionary<string, string> environment, params string[] arguments) =>
        new Command("dotnet", [CheckRun.Program, "serve", .. arguments]) { Environment = environment }.RunAsync(
            TestContext.Current.CancellationToken);
}
