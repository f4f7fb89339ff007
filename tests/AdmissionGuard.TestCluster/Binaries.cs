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
    /// <param name="progress">Is told what takes long.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>The binaries.</returns>
    /// <exception cref="InvalidOperationException">The folder named lacks some, or they can't be built.</exception>
    public static async Task<Binaries> FindAsync(Action<string> progress, CancellationToken cancellation)
    {
        var folder = Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS") is { Length: > 0 } named
            ? Missing(named) is [] ? named : throw new InvalidOperationException($"KUBEBUILDER_ASSETS={named} lacks {string.Join(", ", Missing(named))}")
            : await FromEnvtestAsync(progress, cancellation) ?? await BuildAsync(progress, cancellation);
        var kubectl = Path.Combine(folder, "kubectl");
        var words = await RunAsync(Path.Combine(folder, "kube-apiserver"), ["--version"], progress, cancellation);
        return new Binaries(folder, File.Exists(kubectl) ? kubectl : "kubectl", VersionIn(words));
    }

    /// <summary>The file of one of the three.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Its path.</returns>
    public string this[string name] => Path.Combine(Folder, name);

    private static string[] Missing(string folder) => [.. Needed.Where(name => !File.Exists(Path.Combine(folder, name)))];

    private static async Task<string?> FromEnvtestAsync(Action<string> progress, CancellationToken cancellation)
    {
        var tool = Environment.GetEnvironmentVariable("PATH")?.Split(':').Select(folder => Path.Combine(folder, "setup-envtest")).FirstOrDefault(File.Exists);
        if (tool is null)
        {
            return null;
        }

        var folder = await RunAsync(tool, ["use", "-p", "path"], progress, cancellation);
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

    private static async Task<string> RunAsync(string program, string[] arguments, Action<string> progress, CancellationToken cancellation) =>
        (await new Command(program, arguments) { Progress = progress }.RunAsync(cancellation)).Ok();
}
