using System.Text.RegularExpressions;

namespace AdmissionGuard.TestCluster;

/// <summary>The guard as a process of its own, on free ports, and nothing around it.</summary>
public sealed partial class GuardProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly ChildProcess _process;

    private GuardProcess(ChildProcess process, Uri reviews, Uri health)
    {
        _process = process;
        Reviews = reviews;
        Health = health;
    }

    /// <summary>Where it answers reviews.</summary>
    public Uri Reviews { get; }

    /// <summary>Where its health and metrics are.</summary>
    public Uri Health { get; }

    /// <summary>Starts a command line that ends in the guard's <c>serve</c>, and waits until it listens.</summary>
    /// <param name="command">The command line; the guard's addresses are added to it.</param>
    /// <param name="logFile">Where its output goes.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="environment">What is added to its environment.</param>
    /// <param name="listen">Where it answers reviews; a port that is free unless given.</param>
    /// <param name="healthListen">Where its health is; a port that is free unless given.</param>
    /// <returns>The listening guard.</returns>
    /// <exception cref="InvalidOperationException">It ended, or does not listen after a minute; the end of its log is told.</exception>
    public static async Task<GuardProcess> StartAsync(
        IReadOnlyList<string> command,
        string logFile,
        CancellationToken cancellation,
        IReadOnlyDictionary<string, string>? environment = null,
        string listen = "127.0.0.1:0",
        string healthListen = "127.0.0.1:0")
    {
        var (reviews, health) = (new TaskCompletionSource<Uri>(), new TaskCompletionSource<Uri>());
        // Stopped often, and without anybody who would have to learn of it.
        string[] drain = command.Contains("--drain", StringComparer.Ordinal) ? [] : ["--drain", "0s"];
        var process = ChildProcess.Start(command[0], [
            .. command.Skip(1), "--listen", listen, "--health-listen", healthListen, .. drain
        ], logFile, line =>
        {
            if (ReviewsLine().Match(line) is { Success: true } at)
            {
                reviews.TrySetResult(new Uri(at.Groups[1].Value));
            }
            else if (HealthLine().Match(line) is { Success: true } there)
            {
                health.TrySetResult(new Uri(there.Groups[1].Value));
            }
        }, environment);
        var listening = Task.WhenAll(reviews.Task, health.Task);
        await Task.WhenAny(listening, process.ExitCodeAsync(), Task.Delay(Limit, cancellation));
        if (!listening.IsCompletedSuccessfully)
        {
            await process.DisposeAsync();
            cancellation.ThrowIfCancellationRequested();
            throw new InvalidOperationException($"the guard did not start:\n{process.Tail()}");
        }

        return new GuardProcess(process, await reviews.Task, await health.Task);
    }

    /// <summary>Stops it.</summary>
    /// <returns>When it is over.</returns>
    public Task StopAsync() => _process.StopAsync();

    /// <summary>Ends it as SIGKILL does.</summary>
    /// <returns>When it is over.</returns>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>Waits until it is over.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> ExitCodeAsync() => _process.ExitCodeAsync();

    /// <summary>The end of its log.</summary>
    /// <returns>The last lines.</returns>
    public string Tail() => _process.Tail();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    [GeneratedRegex(@"Listening for reviews on (https://[^\s""]+)")]
    private static partial Regex ReviewsLine();

    [GeneratedRegex(@"Listening for health and metrics on (http://[^\s""]+)")]
    private static partial Regex HealthLine();
}
