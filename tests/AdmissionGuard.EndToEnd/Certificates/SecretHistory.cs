using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Certificates;

/// <summary>Each version that the guard's Secret went through.</summary>
internal sealed class SecretHistory : IDisposable
{
    private readonly ApiClient _api;
    private readonly CancellationTokenSource _end = new();
    private readonly Task<List<KeptSecret>> _versions;

    public SecretHistory(ControlPlane plane)
    {
        _api = new ApiClient(plane.Admin);
        _versions = WatchAsync();
    }

    /// <summary>
    /// No version changes the authorities and the certificate together; and there were all steps of a change of authority.
    /// </summary>
    public void NeverBothAtOnce()
    {
        _end.Cancel();
        var versions = _versions.GetAwaiter().GetResult();
        var steps = versions.Zip(versions.Skip(1)).ToList();
        Assert.All(steps, step => Assert.False(step.First.Bundle != step.Second.Bundle && step.First.Leaf != step.Second.Leaf));
        Assert.Contains(steps, step => step.First.Authorities.Length == 1 && step.Second.Authorities.Length == 2);
        Assert.Contains(steps, step => step.First.Authorities.Length == 2 && step.First.LeafIssuer != step.Second.LeafIssuer);
        Assert.Contains(steps, step => step.First.Authorities.Length == 2 && step.Second.Authorities.Length == 1);
    }

    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
        _api.Dispose();
    }

    private async Task<List<KeptSecret>> WatchAsync()
    {
        var versions = new List<KeptSecret>();
        try
        {
            await foreach (var change in _api.WatchAsync("/api/v1/namespaces/admissionguard-system/secrets", "0", _end.Token))
            {
                if ((string?)change["object"]!["metadata"]!["name"] == "admissionguard-tls")
                {
                    versions.Add(KeptSecret.Of(change["object"]!.AsObject()));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }

        return versions;
    }
}
