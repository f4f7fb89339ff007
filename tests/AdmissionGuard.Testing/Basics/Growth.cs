using System.Runtime.InteropServices;

namespace AdmissionGuard.Testing;

/// <summary>
/// How the work for something grows with its size: a ratio within one run, of the processor's time alone, since nobody knows how busy a
/// machine is.
/// </summary>
internal static class Growth
{
    private const int Small = 2_000;
    private const int Times = 15;
    private const int ThreadProcessorTime = 3;

    /// <summary>
    /// Holds that one large input takes about as much work as fifteen small ones of the same size together; in quadratic time it would take
    /// fifteen times as much.
    /// </summary>
    /// <param name="prepare">Makes what is measured, for a size.</param>
    public static void IsLinear(Func<int, Action> prepare)
    {
        var (one, many) = (prepare(Times * Small), prepare(Small));
        many();
        var large = Least(one);
        var small = Least(() =>
        {
            for (var time = 0; time < Times; time++)
            {
                many();
            }
        });

        Assert.True(
            large < 5 * small, $"{Times} times {Small}: {small.TotalMilliseconds} ms; once {Times * Small}: {large.TotalMilliseconds} ms");
    }

    private static TimeSpan Least(Action action) => Enumerable.Range(0, 3).Min(_ =>
    {
        var start = Now();
        action();
        return Now() - start;
    });

    private static TimeSpan Now()
    {
        Assert.Equal(0, GetTime(ThreadProcessorTime, out var time));
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0);
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetTime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Timespec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
