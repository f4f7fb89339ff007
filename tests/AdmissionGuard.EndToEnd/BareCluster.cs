using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>
/// A control plane of its own, for what the others could not stand: no guard, half a guard, or a guard that is gone. One test at a time.
/// </summary>
[CollectionDefinition(nameof(BareCluster))]
public sealed class BareCluster : IAsyncLifetime, ICollectionFixture<BareCluster>
{
    private int _scenes;

    public ControlPlane Plane { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Plane = await ControlPlane.StartAsync(Console.Error.WriteLine, CancellationToken.None);
        await TestUsers.CreateAsync(Plane);
    }

    public ValueTask DisposeAsync() => Plane?.DisposeAsync() ?? default;

    public Task<Scene> SceneAsync() => Scene.CreateAsync(Plane, $"{Interlocked.Increment(ref _scenes)}");
}

/// <summary>Another one, for those who only look at a cluster and what is installed in it: they need not wait for the others.</summary>
[CollectionDefinition(nameof(LookedAtCluster))]
public sealed class LookedAtCluster : ICollectionFixture<BareCluster>;
