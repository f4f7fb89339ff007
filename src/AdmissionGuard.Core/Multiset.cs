namespace AdmissionGuard.Core;

/// <summary>Values, each as often as it was given: comparing long lists by it takes time in proportion to their length.</summary>
/// <typeparam name="T">The values' type; compared by its own equality.</typeparam>
internal sealed class Multiset<T>
    where T : notnull
{
    private readonly Dictionary<T, int> _counts = [];

    public Multiset(IEnumerable<T> values)
    {
        foreach (var value in values)
        {
            _counts[value] = _counts.GetValueOrDefault(value) + 1;
        }
    }

    /// <summary>Takes one of a value out.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(T value)
    {
        var count = _counts.GetValueOrDefault(value);
        _counts[value] = count - 1;
        return count > 0;
    }
}
