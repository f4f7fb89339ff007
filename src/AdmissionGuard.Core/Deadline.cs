namespace AdmissionGuard.Core;

/// <summary>The time that is left for one decision.</summary>
public sealed class Deadline : IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _budget;
    private readonly long _start;
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenSource _linked;
    private readonly CancellationToken _caller;

    /// <summary>Starts the clock.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="budget">How long the decision may take; none at all where it is negative.</param>
    /// <param name="caller">Ends it early, for instance when the caller hangs up.</param>
    public Deadline(TimeProvider time, TimeSpan budget, CancellationToken caller)
    {
        (_time, _start, _caller) = (time, time.GetTimestamp(), caller);
        _budget = budget > TimeSpan.Zero ? budget : TimeSpan.Zero;
        _source = new CancellationTokenSource(_budget, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_source.Token, caller);
    }

    /// <summary>Fires when the time is up or the caller is gone.</summary>
    public CancellationToken Token => _linked.Token;

    /// <summary>The whole budget.</summary>
    public TimeSpan Budget => _budget;

    /// <summary>What is left of it; nothing once the time is up.</summary>
    public TimeSpan Remaining => _budget - _time.GetElapsedTime(_start) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>Whether the time is up, and the caller still waits.</summary>
    public bool IsOver => _source.IsCancellationRequested && !IsCallerGone;

    /// <summary>Whether the caller is gone, so that no answer is of use.</summary>
    public bool IsCallerGone => _caller.IsCancellationRequested;

    /// <inheritdoc />
    public void Dispose()
    {
        _linked.Dispose();
        _source.Dispose();
    }
}
