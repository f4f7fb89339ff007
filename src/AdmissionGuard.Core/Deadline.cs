namespace AdmissionGuard.Core;

/// <summary>The time that is left for one decision.</summary>
public sealed class Deadline : IDisposable
{
    /// <summary>The longest budget: about as long as a timer can run. A longer one counts as this, and so does none at all.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    private readonly TimeProvider _time;
    private readonly TimeSpan _budget;
    private readonly long _start;
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenSource _linked;
    private readonly CancellationToken _caller;

    /// <summary>Starts the clock.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="budget">How long the decision may take, at most <see cref="Longest"/>; a negative value counts as zero.</param>
    /// <param name="caller">Cancels it early, for example when the caller disconnects.</param>
    public Deadline(TimeProvider time, TimeSpan budget, CancellationToken caller)
    {
        (_time, _start, _caller) = (time, time.GetTimestamp(), caller);
        _budget = AtLeastZero(budget < Longest ? budget : Longest);
        _source = new CancellationTokenSource(_budget, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_source.Token, caller);
    }

    /// <summary>Canceled when the time is up or the caller has disconnected.</summary>
    public CancellationToken Token => _linked.Token;

    /// <summary>The whole budget.</summary>
    public TimeSpan Budget => _budget;

    /// <summary>What is left of it; nothing once the time is up.</summary>
    public TimeSpan Remaining => AtLeastZero(_budget - _time.GetElapsedTime(_start));

    /// <summary>Whether the time is up while the caller is still waiting.</summary>
    public bool IsOver => _source.IsCancellationRequested && !IsCallerGone;

    /// <summary>Whether the caller has disconnected, so that no answer is needed.</summary>
    public bool IsCallerGone => _caller.IsCancellationRequested;

    /// <summary>A deadline for a part of it, for the same caller, which ends no later.</summary>
    /// <param name="budget">How long the part may take.</param>
    public Deadline Within(TimeSpan budget) => new(_time, budget < Remaining ? budget : Remaining, _caller);

    /// <inheritdoc />
    public void Dispose()
    {
        _linked.Dispose();
        _source.Dispose();
    }

    private static TimeSpan AtLeastZero(TimeSpan time) => new(Math.Max(time.Ticks, 0));
}
