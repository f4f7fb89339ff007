using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AdmissionGuard.Kubernetes.Infrastructure;

/// <summary>A task that runs again and again until the process stops. An unexpected exception is logged, and the task runs again later.</summary>
/// <param name="task">The task's name, for the log.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where unexpected exceptions are logged.</param>
public abstract partial class PeriodicService(string task, TimeProvider time, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan ShortestBackOff = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(1);

    /// <summary>The time before the first run; none unless overridden.</summary>
    protected virtual TimeSpan FirstPause => TimeSpan.Zero;

    /// <summary>Runs the task once.</summary>
    /// <param name="cancellation">Cancelled when the process stops.</param>
    /// <returns>The time until the next run; <see langword="null"/> if there is none.</returns>
    protected abstract ValueTask<TimeSpan?> RunAsync(CancellationToken cancellation);

    /// <inheritdoc />
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backOff = ShortestBackOff;
        for (TimeSpan? pause = FirstPause; pause is { } length;)
        {
            await Task.Delay(length, time, stoppingToken);
            (pause, backOff) = await TryRunAsync(backOff, stoppingToken);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The outermost edge of a loop: no replica stops because of one run.")]
    private async ValueTask<(TimeSpan? Pause, TimeSpan BackOff)> TryRunAsync(TimeSpan backOff, CancellationToken stoppingToken)
    {
        try
        {
            return (await RunAsync(stoppingToken), ShortestBackOff);
        }
        catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            Log.Failed(logger, task, backOff.TotalSeconds, e);
            return (backOff, backOff * 2 < LongestBackOff ? backOff * 2 : LongestBackOff);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5, LogLevel.Error, "Unexpected error in the background task {Task}, which runs again in {Seconds} s")]
        public static partial void Failed(ILogger logger, string task, double seconds, Exception e);
    }
}
