using System.Globalization;

namespace AdmissionGuard.Integration.Tests;

/// <summary>Reads what <c>/metrics</c> says.</summary>
internal static class Metrics
{
    /// <summary>The sum of the samples of a name whose labels contain all words.</summary>
    public static double Sum(string metrics, string name, params string[] labels) => metrics.Split('\n')
        .Where(line => (line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal))
            && labels.All(label => line.Contains(label, StringComparison.Ordinal)))
        .Select(line => line[(line.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is var parts
            ? double.Parse(line.Contains('}', StringComparison.Ordinal) ? parts[0] : parts[1], CultureInfo.InvariantCulture)
            : 0)
        .Sum();

    public static async Task<double> SumAsync(this RunningGuard guard, string name, params string[] labels) =>
        Sum(await guard.GetAsync("metrics"), name, labels);
}
