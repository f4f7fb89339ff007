using System.Globalization;

namespace AdmissionGuard.Integration.Tests.Telemetry;

/// <summary>What the process and its runtime use, by the names that dashboards for any program know.</summary>
[Collection(OneGuardAtATime.Name)]
public sealed class ProcessMetricsTests
{
    [Theory]
    [InlineData("process_cpu_seconds_total", 0.01, 1e6)]
    [InlineData("process_resident_memory_bytes", 10e6, 10e9)]
    [InlineData("process_virtual_memory_bytes", 10e6, 10e15)]
    [InlineData("process_open_fds", 5, 1e5)]
    [InlineData("process_max_fds", 100, 1e10)]
    [InlineData("process_start_time_seconds", 1.7e9, 1e10)]
    [InlineData("dotnet_gc_heap_total_allocated_bytes_total", 1e5, 1e15)]
    [InlineData("dotnet_thread_pool_thread_count", 0, 1e5)]
    [InlineData("dotnet_thread_pool_work_item_count_total", 1, 1e15)]
    public async Task It_is_exported_under_its_usual_name_with_a_plausible_value(string name, double least, double most)
    {
        await using var guard = await RunningGuard.StartAsync();

        var samples = (await guard.GetAsync("metrics")).Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && " {".Contains(line[name.Length], StringComparison.Ordinal))
            .Select(static line => line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0]);

        Assert.InRange(double.Parse(Assert.Single(samples), CultureInfo.InvariantCulture), least, most);
    }

    [Fact]
    public async Task The_resident_memory_is_no_more_than_the_virtual_and_open_files_no_more_than_the_limit()
    {
        await using var guard = await RunningGuard.StartAsync();

        var metrics = await guard.GetAsync("metrics");

        Assert.True(
            Metrics.Sum(metrics, "process_resident_memory_bytes") <= Metrics.Sum(metrics, "process_virtual_memory_bytes"), metrics);
        Assert.True(Metrics.Sum(metrics, "process_open_fds") <= Metrics.Sum(metrics, "process_max_fds"), metrics);
    }
}
