using System.Diagnostics.Metrics;
using System.Net;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Kubernetes.Telemetry;

namespace AdmissionGuard.Server.Limits;

/// <summary>Bounds how many lookups are in progress at a time. There is no queue: the API server retries instead.</summary>
/// <remarks>
/// The last quarter is for addresses that hold less than a quarter: no client alone can take the lookups of the others.
/// </remarks>
internal sealed class LookupLimiter : ILookupLimiter
{
    // DecideFor sets it where a review is read. All that the review's decision calls sees it, so also Enter, which the engine calls.
    private static readonly AsyncLocal<IPAddress?> Caller = new();

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _held = [];
    private readonly int _most;
    private readonly int _share;
    private int _underWay;

    public LookupLimiter(int maxLookups, IMeterFactory meters)
    {
        (_most, _share) = (maxLookups, ServerLimits.PerAddress(maxLookups));
        Instruments.LookupsInFlight.Observe(meters, () => Volatile.Read(ref _underWay));
        Instruments.LookupsLimit.Observe(meters, () => _most);
    }

    /// <summary>Sets the client of the review that is decided from here on; <see cref="Enter"/> counts its lookups for it.</summary>
    /// <param name="address">The client's address; <see langword="null"/> if that is not known.</param>
    public static void DecideFor(IPAddress? address) => Caller.Value = address;

    /// <inheritdoc />
    /// <remarks>
    /// The count is for the client that <see cref="DecideFor"/> set. A decision that needs more lookups than one address may hold is
    /// counted as the most that an address may hold: otherwise it would always be refused.
    /// </remarks>
    public IDisposable? Enter(int lookups)
    {
        var (address, count) = (Caller.Value ?? IPAddress.None, Math.Min(lookups, Math.Max(1, _most - _share)));
        lock (_lock)
        {
            var held = _held.GetValueOrDefault(address);
            var left = _most - _underWay - count;
            if (left < 0 || (held + count > _share && left < _share))
            {
                return null;
            }

            _underWay += count;
            _held[address] = held + count;
        }

        return new Turn(this, address, count);
    }

    private void Leave(IPAddress address, int count)
    {
        lock (_lock)
        {
            _underWay -= count;
            if ((_held[address] -= count) == 0)
            {
                _held.Remove(address);
            }
        }
    }

    private sealed class Turn(LookupLimiter limiter, IPAddress address, int count) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                limiter.Leave(address, count);
            }
        }
    }
}
