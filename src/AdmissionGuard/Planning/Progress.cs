namespace AdmissionGuard.Planning;

/// <summary>Says what is waited for once that takes more than two seconds.</summary>
internal sealed class Progress : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ITimer _timer;
    private volatile string _awaited = "";

    public Progress(TextWriter error, TimeProvider time) =>
        _timer = time.CreateTimer(_ => error.WriteLine($"plan: still {_awaited} …"), state: null, Patience, Patience);

    /// <summary>What is waited for from now on.</summary>
    public void Await(string awaited) => _awaited = awaited;

    public void Dispose() => _timer.Dispose();
}
