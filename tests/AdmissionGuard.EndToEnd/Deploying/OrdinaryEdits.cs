using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>Somebody who edits a namespace again and again and leaves its tenancy alone: none of these edits may be refused.</summary>
internal sealed class OrdinaryEdits : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<string> _refusals = new();
    private readonly Task _editing;
    private int _count;

    private OrdinaryEdits(InstalledCluster cluster) => _editing = EditAsync(cluster);

    /// <summary>Begins.</summary>
    public static OrdinaryEdits Begin(InstalledCluster cluster) => new(cluster);

    /// <summary>Ends it: none was refused.</summary>
    public async Task WereAllAdmittedAsync()
    {
        await _end.CancelAsync();
        await _editing;
        Assert.Empty(_refusals);
        Assert.True(_count > 20, $"{_count} edits");
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _editing;
        _end.Dispose();
    }

    private async Task EditAsync(InstalledCluster cluster)
    {
        for (; !_end.IsCancellationRequested; _count++)
        {
            var answer = await cluster.Plane.AdminApi.SendAsync(
                HttpMethod.Patch,
                "/api/v1/namespaces/kube-public",
                JsonNode.Parse($$$$"""{"metadata":{"annotations":{"edited":"{{{{_count}}}}"}}}"""),
                ApiClient.MergePatch);
            if (!answer.IsOk)
            {
                _refusals.Enqueue($"{_count}: {answer.Code} {answer.Text}");
            }

            await Task.WhenAny(Task.Delay(Pause, _end.Token));
        }
    }
}
