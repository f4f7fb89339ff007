namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>A test of commands that are printed, while somebody edits a namespace and is never refused.</summary>
/// <param name="cluster">Where they are run.</param>
public abstract class PrintedInstallation(ClusterWithNodes cluster) : IAsyncLifetime
{
    private protected ClusterWithNodes Cluster => cluster;

    private protected PrintedCommands Printed { get; } = new(cluster, "installing.md", "operations.md");

    private protected OrdinaryEdits Edits { get; private set; } = null!;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // Others leave the cluster as they broke it.
        await cluster.TidyAsync();
        Edits = OrdinaryEdits.Begin(cluster);
    }

    public async ValueTask DisposeAsync()
    {
        await Edits.DisposeAsync();
        await cluster.TidyAsync();
        Printed.Dispose();
        GC.SuppressFinalize(this);
    }
}
