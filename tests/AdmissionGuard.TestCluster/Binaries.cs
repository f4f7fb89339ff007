using System.Globalization;

namespace AdmissionGuard.TestCluster;

/// <summary>Where etcd, the API server, the controller manager and kubectl are.</summary>
/// <param name="Folder">The folder of the first three.</param>
/// <param name="Kubectl">kubectl: in that folder, or on PATH.</param>
/// <param name="Version">The API server's version.</param>
public sealed record Binaries(string Folder, string Kubectl, Version Version)
{
    private static readonly string[] Needed = ["etcd", "kube-apiserver", "kube-controller-manager"];

    /// <summary>Finds them: in <c>KUBEBUILDER_ASSETS</c>, by <c>setup-envtest</c>, or built from Debian's sources.</summary>
    /// <param name="progress">Reports steps that take long.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>The binaries.</returns>
    /// <exception cref="InvalidOperationException">The folder named lacks some, or they can't be built, or there is no kubectl.</exception>
    public static async Task<Binaries> FindAsync(Action<string> progress, CancellationToken cancellation)
    {
        var folder = Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS") is { Length: > 0 } named
            ? Missing(named) is []
                ? named
                : throw new InvalidOperationException($"KUBEBUILDER_ASSETS={named} lacks {string.Join(", ", Missing(named))}")
            : await FromEnvtestAsync(progress, cancellation) ?? await BuildAsync(progress, cancellation);
        var kubectl = File.Exists(Path.Combine(folder, "kubectl")) ? Path.Combine(folder, "kubectl")
            : OnPath("kubectl")
                ?? throw new InvalidOperationException($"kubectl is neither in {folder} nor on PATH: put it into one of them");
        var words = await RunAsync(Path.Combine(folder, "kube-apiserver"), ["--version"], progress, cancellation);
        return new Binaries(folder, kubectl, VersionIn(words));
    }

    /// <summary>The file of one of the three.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Its path.</returns>
    public string this[string name] => Path.Combine(Folder, name);

    private static string[] Missing(string folder) => [.. Needed.Where(name => !File.Exists(Path.Combine(folder, name)))];

    private static string? OnPath(string program) =>
        Environment.GetEnvironmentVariable("PATH")?.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private static async Task<string?> FromEnvtestAsync(Action<string> progress, CancellationToken cancellation)
    {
        if (OnPath("setup-envtest") is not { } tool)
        {
            return null;
        }

        var answer = await new Command(tool, ["use", "-p", "path"]) { Progress = progress }.RunAsync(cancellation);
        if (answer.ExitCode != 0)
        {
            // Without the internet, for instance, where its archives are.
            progress($"control plane: setup-envtest failed with {answer.ExitCode}; building it instead");
            return null;
        }

        var folder = answer.Ok();
        if (Missing(folder) is { Length: > 0 } missing)
        {
            // Its archives hold no controller manager, and with it no garbage collector.
            progress($"control plane: {folder} of setup-envtest lacks {string.Join(", ", missing)}; building it instead");
            return null;
        }

        return folder;
    }

    private static async Task<string> BuildAsync(Action<string> progress, CancellationToken cancellation) =>
        await RunAsync(Path.Combine(AppContext.BaseDirectory, "build-control-plane.sh"), [], progress, cancellation);

    private static Version VersionIn(string words) // "Kubernetes v1.36.2", perhaps with a suffix
    {
        var numbers = words[(words.IndexOf('v', StringComparison.Ordinal) + 1)..].Split('-', '+')[0].Trim().Split('.');
        return new Version(int.Parse(numbers[0], CultureInfo.InvariantCulture), int.Parse(numbers[1], CultureInfo.InvariantCulture));
    }

    private static async Task<string> RunAsync(
        string program, string[] arguments, Action<string> progress, CancellationToken cancellation) =>
        (await new Command(program, arguments) { Progress = progress }.RunAsync(cancellation)).Ok();
}
