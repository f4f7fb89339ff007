using System.Globalization;

namespace AdmissionGuard.Integration.Tests.CommandLine;

/// <summary>The script of <c>admissionguard completion bash</c> in a real bash, which asks the built program.</summary>
public sealed class BashCompletionTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");
    private StubCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await StubCluster.StartAsync();
        _cluster.Answers["/api/v1/namespaces"] = """{"items":[{"metadata":{"name":"billing"}},{"metadata":{"name":"reports"}}]}""";
        _cluster.Answers["/apis/capsule.clastix.io/v1beta2/tenants"] = """{"items":[{"metadata":{"name":"gas"}},{"metadata":{"name":"oil"}}]}""";
        var program = Path.Combine(_folder.FullName, "admissionguard");
        await File.WriteAllTextAsync(
            program, $"#!/bin/sh\nexec {CheckRun.Shell} \"$@\"\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Commands_options_values_files_contexts_namespaces_and_tenants_are_completed()
    {
        var kubeconfig = await _cluster.KubeconfigAsync();
        var connected = $"--kubeconfig {kubeconfig}";

        Assert.Equal("doctor", await CompleteAsync("admissionguard do", "do"));
        Assert.Equal("--release --request-timeout", await CompleteAsync("admissionguard plan --re", "--re"));
        Assert.Equal("json", await CompleteAsync("admissionguard plan -o j", "j"));
        // bash has split the word at the equals sign, and replaces only what follows.
        Assert.Equal("json", await CompleteAsync("admissionguard plan --output=j", "j"));
        Assert.Equal("json table yaml", await CompleteAsync("admissionguard plan --output=", "="));
        Assert.Equal("files", await CompleteAsync("admissionguard plan --config ", ""));
        Assert.Equal("stub", await CompleteAsync($"admissionguard plan {connected} --context ", ""));
        Assert.Equal("billing reports", await CompleteAsync($"admissionguard plan {connected} ", ""));
        Assert.Equal("reports", await CompleteAsync($"admissionguard doctor {connected} --namespace re", "re"));
        Assert.Equal("gas oil", await CompleteAsync($"admissionguard plan billing {connected} --to ", ""));
        Assert.Equal("doctor", await CompleteAsync($"{_folder.FullName}/admissionguard do", "do"));
    }

    /// <summary>Completes a line as readline does.</summary>
    /// <param name="line">The line, with the cursor at its end.</param>
    /// <param name="word">The word before the cursor, by bash's own idea of words.</param>
    private async Task<string> CompleteAsync(string line, string word)
    {
        var script = string.Create(CultureInfo.InvariantCulture, $$"""
            set -u
            source <(admissionguard completion bash)
            # Only readline has it.
            compopt() { echo files; }
            COMP_LINE={{CheckRun.Quote(line)}} COMP_POINT={{line.Length}} COMP_CWORD=1
            COMP_WORDS=({{CheckRun.Quote(line.Split(' ')[0])}} {{CheckRun.Quote(word)}})
            _admissionguard
            echo "${COMPREPLY[@]-}"
            """);
        var answer = await new Command("bash", ["-c", script])
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["PATH"] = $"{_folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}",
            },
        }.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, ""), (answer.ExitCode, answer.Error));
        return answer.Output.Trim();
    }
}
