namespace AdmissionGuard.TestCluster;

/// <summary>The real kubectl, as one user.</summary>
/// <param name="program">Its file.</param>
/// <param name="kubeconfig">The user's kubeconfig.</param>
/// <param name="home">Where its caches go.</param>
public sealed class Kubectl(string program, string kubeconfig, string home)
{
    /// <summary>The user's kubeconfig.</summary>
    public string Kubeconfig => kubeconfig;

    /// <summary>Runs a command.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it said.</returns>
    public Task<CommandResult> RunAsync(params string[] arguments) => WithInputAsync("", arguments);

    /// <summary>Runs a command that is to succeed.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Its trimmed output.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public async Task<string> OkAsync(params string[] arguments) => (await RunAsync(arguments)).Ok();

    /// <summary>Whether the API server says that there is no such object; any other failure is not taken for that.</summary>
    /// <param name="arguments">What <c>kubectl get</c> is to get.</param>
    /// <returns><see langword="true"/> on a NotFound.</returns>
    public async Task<bool> IsGoneAsync(params string[] arguments) =>
        await RunAsync(["get", .. arguments]) is { ExitCode: not 0 } answer
            && answer.Error.Contains("(NotFound)", StringComparison.Ordinal);

    /// <summary>Applies a manifest, which is to succeed.</summary>
    /// <param name="yaml">The manifest.</param>
    /// <returns>kubectl's output.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public async Task<string> ApplyAsync(string yaml) => (await WithInputAsync(yaml, "apply", "-f", "-")).Ok();

    /// <summary>Runs lines of a shell, in which <c>kubectl</c> is this one.</summary>
    /// <param name="folder">Where they run.</param>
    /// <param name="lines">The lines; the first that fails ends them.</param>
    /// <returns>What they said.</returns>
    public Task<CommandResult> ShellAsync(
        string folder, string lines) => new Command("/bin/bash", ["-euo", "pipefail", "-c", $"cd \"$0\"\n{lines}", folder])
    {
        Environment = new Dictionary<string, string>(Environment, StringComparer.Ordinal)
        {
            ["PATH"] = $"{Path.GetDirectoryName(program)}:{System.Environment.GetEnvironmentVariable("PATH")}",
        },
    }.RunAsync();

    /// <summary>Runs a command with something on its standard input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>What it said.</returns>
    public Task<CommandResult> WithInputAsync(string input, params string[] arguments) => new Command(program, arguments)
    {
        Input = input,
        Environment = Environment,
    }.RunAsync();

    private Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal) { ["KUBECONFIG"] = kubeconfig, ["HOME"] = home };
}
