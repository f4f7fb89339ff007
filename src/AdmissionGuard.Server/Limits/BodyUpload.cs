using System.Net;

namespace AdmissionGuard.Server.Limits;

/// <summary>An upload, as the body budget sees it.</summary>
internal sealed class BodyUpload : IDisposable
{
    /// <summary>From when on an upload is compared by its rate. A body of the largest size takes less, even at some distance.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromSeconds(1);

    private readonly BodyBudget _budget;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _linked;
    private readonly CancellationTokenRegistration _end;
    private readonly long _started;
    private long _received;

    internal BodyUpload(BodyBudget budget, IPAddress address, Action end, TimeProvider time, CancellationToken aborted)
    {
        _budget = budget;
        Address = address;
        _started = time.GetTimestamp();
        _deadline = new CancellationTokenSource(ServerLimits.BodyTime, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, aborted);
        _end = _linked.Token.Register(end);
    }

    /// <summary>The client's address.</summary>
    public IPAddress Address { get; }

    /// <summary>Ends the reading: the client is gone, its time is up, or it has to make room.</summary>
    public CancellationToken Token => _linked.Token;

    /// <summary>Whether it has to make room: it is to be told 429.</summary>
    public bool IsShed { get; private set; }

    /// <summary>Whether it took too long.</summary>
    public bool IsLate => _deadline.IsCancellationRequested;

    /// <summary>Whether all of it is there, so that only the answer ends it.</summary>
    internal bool IsComplete { get; private set; }

    /// <summary>What it is charged, in bytes. Only the budget changes it.</summary>
    internal int Charged { get; set; }

    /// <summary>Says how much of it is there, in bytes.</summary>
    public void Received(long bytes) => Volatile.Write(ref _received, bytes);

    /// <summary>Charges bytes that are to be kept.</summary>
    /// <param name="bytes">How many.</param>
    /// <returns>Whether there is room for them; <see langword="false"/> if it is this upload that has to make room.</returns>
    /// <exception cref="OperationCanceledException">The reading ended meanwhile.</exception>
    public ValueTask<bool> ChargeAsync(int bytes) => _budget.ChargeAsync(this, bytes);

    /// <summary>Says that all of it is there. Its time no longer counts.</summary>
    public void Complete()
    {
        IsComplete = true;
        _deadline.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    /// <summary>Orders uploads, those that make room first: the slowest of those that have lasted a while, then the youngest.</summary>
    internal (bool IsYoung, double Key) Slowness(long now, TimeProvider time) =>
        Slowness(_started, Volatile.Read(ref _received), now, time);

    /// <summary>The same of an upload that began then and brought so many bytes, or fewer.</summary>
    internal static (bool IsYoung, double Key) Slowness(long started, long received, long now, TimeProvider time)
    {
        var age = time.GetElapsedTime(started, now);
        return age < Young ? (true, -started) : (false, received / age.TotalSeconds);
    }

    /// <summary>Whether it has lasted long enough for its rate to be meaningful.</summary>
    internal bool IsSlow(long now, TimeProvider time) => time.GetElapsedTime(_started, now) >= Young;

    /// <summary>It is canceled for its own bytes.</summary>
    internal void GiveWay() => IsShed = true;

    /// <summary>Makes room for another one.</summary>
    internal void MakeRoom()
    {
        IsShed = true;
        // Whatever waits for it goes on elsewhere: the budget is locked here.
        _ = _linked.CancelAsync();
    }

    /// <summary>Gives back what it was charged.</summary>
    public void Dispose()
    {
        if (_budget.Release(this))
        {
            _end.Dispose();
            _linked.Dispose();
            _deadline.Dispose();
        }
    }
}
