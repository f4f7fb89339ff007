namespace AdmissionGuard.Core.Decisions;

/// <summary>The port to the limit on decisions that look things up at a time. What needs no look-up does not come here.</summary>
public interface ILookupGate
{
    /// <summary>No limit.</summary>
    static ILookupGate Open { get; } = new Opened();

    /// <summary>Lets one decision in, at once or not at all.</summary>
    /// <returns>To be disposed of when its look-ups are over; <see langword="null"/> where too many are under way.</returns>
    IDisposable? Enter();

    private sealed class Opened : ILookupGate, IDisposable
    {
        public IDisposable Enter() => this;

        public void Dispose()
        {
            // Nothing is counted.
        }
    }
}
