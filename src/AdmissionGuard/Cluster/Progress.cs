namespace AdmissionGuard.Cluster;

/// <summary>Says what is waited for once that takes more than two seconds.</summary>
internal sealed class Progress : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private string _awaited = "";

    /// <summary>Begins to wait.</summary>
    /// <param name="command">Which of the program's commands it is.</param>
    /// <param name="error">Where it is said.</param>
    /// <param name="time">The clock.</param>
    public Progress(string command, TextWriter error, TimeProvider time) => _timer = time.CreateTimer(_ => Tell(command, error), state: null, Patience, Patience);

    /// <summary>What is waited for from now on.</summary>
    public void Await(string awaited)
    {
        lock (_lock)
        {
            _awaited = awaited;
        }
    }

    /// <summary>Ends it; nothing is said any more once this is over, so that no line lands in the report.</summary>
    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Tell(string command, TextWriter error)
    {
        lock (_lock)
        {
            try
            {
                error.WriteLine($"{command}: still {_awaited} …");
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // Nobody reads standard error any more. Thrown on a timer's thread, this would end the process.
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
