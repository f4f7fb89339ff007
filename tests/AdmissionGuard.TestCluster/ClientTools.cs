namespace AdmissionGuard.TestCluster;

/// <summary>Helm, and a kubectl that knows what the newest API servers do: those of Debian know neither components nor policies.</summary>
/// <param name="Folder">The folder that holds both.</param>
public sealed record ClientTools(string Folder)
{
    private static readonly Lazy<Task<ClientTools>> Found = new(FetchAsync);

    /// <summary>kubectl's file.</summary>
    public string Kubectl => Path.Combine(Folder, "kubectl");

    /// <summary>Helm's file.</summary>
    public string Helm => Path.Combine(Folder, "helm");

    /// <summary>Finds them in the user's cache folder, or fetches them, once.</summary>
    /// <returns>The tools.</returns>
    /// <exception cref="InvalidOperationException">They can't be fetched.</exception>
    public static Task<ClientTools> FindAsync() => Found.Value;

    /// <summary>Renders a kustomization.</summary>
    /// <param name="folder">Its folder.</param>
    /// <returns>The manifest.</returns>
    /// <exception cref="InvalidOperationException">It can't be rendered.</exception>
    public async Task<string> KustomizeAsync(string folder) => (await new Command(Kubectl, ["kustomize", folder]).RunAsync()).Ok();

    /// <summary>Runs Helm without a cluster.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it said.</returns>
    public Task<CommandResult> HelmAsync(params string[] arguments) => new Command(Helm, arguments).RunAsync();

    private static async Task<ClientTools> FetchAsync() =>
        new(
            (await new Command(
                Path.Combine(AppContext.BaseDirectory, "fetch-tools.sh"), []) { Progress = Console.Error.WriteLine }.RunAsync()).Ok());
}
