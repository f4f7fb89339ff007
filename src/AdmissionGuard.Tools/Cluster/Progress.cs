using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Tools.Cluster;

/// <summary>Reports what the command waits for, if that takes more than two seconds.</summary>
internal sealed class Progress : IAsyncDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);

    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private string _awaited = "";

    /// <summary>Begins to wait.</summary>
    /// <param name="command">Which of the program's commands it is.</param>
    /// <param name="terminal">Where it is said.</param>
    /// <param name="time">The clock.</param>
    public Progress(string command, Terminal terminal, TimeProvider time) =>
        _timer = time.CreateTimer(_ => Tell(command, terminal), state: null, Delay, Delay);

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

    private void Tell(string command, Terminal terminal)
    {
        lock (_lock)
        {
            terminal.Tell($"{command}: still {_awaited} …");
        }
    }
}
