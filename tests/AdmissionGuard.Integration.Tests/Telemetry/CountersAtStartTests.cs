using System.Reflection;
using AdmissionGuard.Kubernetes.Telemetry;

namespace AdmissionGuard.Integration.Tests.Telemetry;

/// <summary>A counter that is 0 at the start, so that Prometheus notices its first increase.</summary>
[Collection(OneGuardAtATime.Name)]
public sealed class CountersAtStartTests
{
    private static readonly CounterDefinition[] Counters = [
        .. typeof(Instruments).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(static field => field.GetValue(null))
            .OfType<CounterDefinition>()
            .Where(static counter => counter.StartsAtZero)
    ];

    [Fact]
    public async Task A_counter_that_starts_at_zero_is_exported_with_each_value_of_its_labels_before_the_first_request()
    {
        await using var guard = await RunningGuard.StartAsync();

        var exported = (await guard.GetAsync("metrics")).Split('\n');

        Assert.True(Counters.Length >= 5, $"{Counters.Length} counters");
        Assert.All(Counters.SelectMany(Samples), sample => Assert.Contains(exported, line => IsZero(line, sample.Name, sample.Labels)));
    }

    private static IEnumerable<(string Name, string[] Labels)> Samples(CounterDefinition counter) => counter.Tags
        .Aggregate(
            (IEnumerable<string[]>)[[]],
            static (known, tag) => known.SelectMany(labels => tag.Values.Select(value => (string[])[.. labels, $"{tag.Name}=\"{value}\""])))
        .Select(labels => ($"{counter.Name.Replace('.', '_')}_total", labels));

    private static bool IsZero(string line, string name, string[] labels) =>
        line.StartsWith($"{name}{{", StringComparison.Ordinal)
        && labels.All(label => line.Contains(label, StringComparison.Ordinal))
        && line[(line.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0] == "0";
}
