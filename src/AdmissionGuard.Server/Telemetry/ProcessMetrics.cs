using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.IO.Enumeration;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Telemetry;

namespace AdmissionGuard.Server.Telemetry;

/// <summary>Reports what the process uses, under the names that Prometheus' own client libraries use.</summary>
internal sealed class ProcessMetrics
{
    private const string Descriptors = "/proc/self/fd";
    private const string Limits = "/proc/self/limits";
    private const string DescriptorLimit = "Max open files";
    private const int MaxLimits = 16 * 1024;

    // Those of Linux' /proc have no attributes that could hide them, and asking for them would read each.
    private static readonly EnumerationOptions All = new() { AttributesToSkip = FileAttributes.None };

    public ProcessMetrics(IMeterFactory meters)
    {
        Instruments.ProcessCpu.Observe(meters, static () => Environment.CpuUsage.TotalTime.TotalSeconds);
        Instruments.ProcessResidentMemory.Observe(meters, static () => Environment.WorkingSet);
        Instruments.ProcessStartTime.Observe(meters, static () => Known(StartTime));
        Instruments.ProcessVirtualMemory.Observe(meters, static () => Known(VirtualMemory));
        Instruments.ProcessOpenDescriptors.Observe(meters, static () => Known(OpenDescriptors));
        Instruments.ThreadPoolThreads.Observe(meters, static () => ThreadPool.ThreadCount);
        Instruments.ThreadPoolQueue.Observe(meters, static () => ThreadPool.PendingWorkItemCount);
        Instruments.ProcessMaxDescriptors.Observe(meters, static () => Known(MaxDescriptors));
    }

    private static double? StartTime()
    {
        using var self = Process.GetCurrentProcess();
        return new DateTimeOffset(self.StartTime).ToUnixTimeMilliseconds() / 1000.0;
    }

    private static long? VirtualMemory()
    {
        using var self = Process.GetCurrentProcess();
        return self.VirtualMemorySize64;
    }

    private static long? OpenDescriptors() => new FileSystemEnumerable<bool>(Descriptors, static (ref _) => true, All).LongCount();

    /// <summary>The soft limit, which is the first of two columns.</summary>
    private static long? MaxDescriptors() => BoundedText.ReadFile(Limits, MaxLimits).Split('\n')
        .Where(static line => line.StartsWith(DescriptorLimit, StringComparison.Ordinal))
        .Select(static line => line[DescriptorLimit.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0])
        .Select(static limit => long.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? most : (long?)null)
        .FirstOrDefault();

    /// <summary>A value; none where the system does not tell it, as without /proc.</summary>
    private static IEnumerable<Measurement<T>> Known<T>(Func<T?> read)
        where T : struct
    {
        try
        {
            return read() is { } value ? [new(value)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception or InvalidOperationException)
        {
            return [];
        }
    }
}
