namespace AdmissionGuard.Core.Decisions;

/// <summary>Limits concurrent lookups. Decisions without lookups do not use it.</summary>
public interface ILookupLimiter
{
    /// <summary>No limit.</summary>
    static ILookupLimiter Open { get; } = new Opened();

    /// <summary>Admits one decision immediately, or not at all.</summary>
    /// <param name="lookups">How many concurrent calls to the API server it makes; 1 or more.</param>
    /// <returns>Dispose it after the lookups; <see langword="null"/> if too many lookups are in progress.</returns>
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
