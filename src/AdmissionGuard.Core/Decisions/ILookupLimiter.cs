namespace AdmissionGuard.Core.Decisions;

/// <summary>The port to the limit on look-ups that are under way at a time. A decision that needs none does not come here.</summary>
public interface ILookupLimiter
{
    /// <summary>No limit.</summary>
    static ILookupLimiter Open { get; } = new Opened();

    /// <summary>Lets one decision in, at once or not at all.</summary>
    /// <param name="lookups">How many calls to the API server it makes at a time; 1 or more.</param>
    /// <returns>To be disposed of when its look-ups are over; <see langword="null"/> where too many are under way.</returns>
    IDisposable? Enter(int lookups);

    private sealed class Opened : ILookupLimiter, IDisposable
    {
        public IDisposable Enter(int lookups) => this;

        public void Dispose()
        {
            // Nothing is counted.
        }
    }
}
