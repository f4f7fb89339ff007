using System.Diagnostics.Metrics;
using System.Net;
using AdmissionGuard.Kubernetes.Telemetry;

namespace AdmissionGuard.Server.Limits;

/// <summary>One budget for the bytes of all request bodies that are held, and a share of it for each address.</summary>
/// <remarks>
/// Bytes are charged as they arrive, so that announcing a large body takes no memory. If the budget or a share
/// is used up, an upload is canceled: the slowest of those that have lasted a while, otherwise the newest of the address
/// that uses the most. So stalled uploads never block active ones, and of several active uploads the oldest completes.
/// </remarks>
internal sealed class BodyBudget
{
    private readonly long _most;
    private readonly long _mostPerAddress;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, List<BodyUpload>> _uploads = [];
    private TaskCompletionSource _released = New();
    private long _held;

    /// <summary>Creates it.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="meters">Receives how much is held.</param>
    public BodyBudget(TimeProvider time, IMeterFactory meters)
        : this(ServerLimits.BodyBytes, ServerLimits.BodyBytesPerAddress, time)
    {
        Instruments.BodyMemoryHeld.Observe(meters, () => Held);
        Instruments.BodyMemoryLimit.Observe(meters, () => _most);
    }

    internal BodyBudget(long most, long mostPerAddress, TimeProvider time) =>
        (_most, _mostPerAddress, _time) = (most, mostPerAddress, time);

    /// <summary>The bytes that are charged.</summary>
    public long Held => Volatile.Read(ref _held);

    /// <summary>Begins an upload.</summary>
    /// <param name="address">The client's address.</param>
    /// <param name="end">Ends the reading that is in progress: the upload has to make room, or its time is up.</param>
    /// <param name="aborted">Canceled when the client has disconnected.</param>
    public BodyUpload Begin(IPAddress address, Action end, CancellationToken aborted)
    {
        var upload = new BodyUpload(this, address, end, _time, aborted);
        lock (_lock)
        {
            if (!_uploads.TryGetValue(address, out var group))
            {
                _uploads.Add(address, group = []);
            }

            group.Add(upload);
        }

        return upload;
    }

    internal async ValueTask<bool> ChargeAsync(BodyUpload upload, int bytes)
    {
        while (true)
        {
            Task released;
            lock (_lock)
            {
                var own = _uploads[upload.Address];
                var (overShare, over) = (HeldBy(own) + bytes - _mostPerAddress, _held + bytes - _most);
                if (upload.IsShed)
                {
                    return false;
                }

                if (overShare <= 0 && over <= 0)
                {
                    upload.Charged += bytes;
                    _held += bytes;
                    return true;
                }

                if (!(overShare > 0
                    ? MakeRoom(upload, own, own, overShare)
                    : MakeRoom(upload, Others(own, bytes, out var largest), largest, over)))
                {
                    upload.GiveWay();
                    return false;
                }

                released = _released.Task;
            }

            await released.WaitAsync(upload.Token);
        }
    }

    internal bool Release(BodyUpload upload)
    {
        TaskCompletionSource released;
        lock (_lock)
        {
            if (!_uploads.TryGetValue(upload.Address, out var group) || !group.Remove(upload))
            {
                return false;
            }

            if (group.Count == 0)
            {
                _uploads.Remove(upload.Address);
            }

            _held -= upload.Charged;
            upload.Charged = 0;
            (released, _released) = (_released, New());
        }

        released.SetResult();
        return true;
    }

    /// <summary>Lets uploads make room until those that do hold enough.</summary>
    /// <returns>
    /// Whether there will be room; <see langword="false"/> if the requesting upload itself must be canceled, or if none can be.
    /// </returns>
    private bool MakeRoom(BodyUpload asking, List<BodyUpload> among, List<BodyUpload> first, long bytes)
    {
        var now = _time.GetTimestamp();
        var leaving = among.Where(upload => upload.IsShed).Sum(upload => (long)upload.Charged);
        var chosen = new List<BodyUpload>();
        foreach (var upload in among.Where(upload => !upload.IsShed && !upload.IsComplete)
            .OrderBy(OrderOf)
            .TakeWhile(upload => upload != asking))
        {
            if (leaving >= bytes)
            {
                break;
            }

            chosen.Add(upload);
            leaving += upload.Charged;
        }

        if (leaving < bytes)
        {
            return false;
        }

        chosen.ForEach(upload => upload.MakeRoom());
        return true;

        (bool, bool, double) OrderOf(BodyUpload upload)
        {
            var (isYoung, key) = upload.Slowness(now, _time);
            return (isYoung, !first.Contains(upload), key);
        }
    }

    /// <summary>
    /// The uploads that can be canceled for the budget: slow ones of any address, and all of the address that
    /// uses the most.
    /// </summary>
    private List<BodyUpload> Others(List<BodyUpload> own, int bytes, out List<BodyUpload> largest)
    {
        var now = _time.GetTimestamp();
        var most = largest = _uploads.Values.MaxBy(group => HeldBy(group) + (group == own ? bytes : 0))!;
        return [.. _uploads.Values.SelectMany(group => group.Where(upload => group == most || upload.IsSlow(now, _time)))];
    }

    private static long HeldBy(List<BodyUpload> group) => group.Sum(upload => (long)upload.Charged);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
