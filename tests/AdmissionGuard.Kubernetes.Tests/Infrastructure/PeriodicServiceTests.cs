using AdmissionGuard.Kubernetes.Infrastructure;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionGuard.Kubernetes.Tests.Infrastructure;

public sealed class PeriodicServiceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task An_unexpected_exception_is_logged_and_the_task_runs_again_after_longer_and_longer_pauses()
    {
        var time = new FakeTimeProvider();
        using var log = new CollectedLog();
        using var service = new CountedService(time, log.Logger<PeriodicServiceTests>(), run => run < 8 ? throw new InvalidOperationException($"run {run}") : null);
        var start = time.GetUtcNow();
        await service.StartAsync(TestContext.Current.CancellationToken);

        await Poll.UntilAsync(
            "the eighth run",
            Limit,
            () =>
            {
                // The longest pause.
                time.Advance(TimeSpan.FromSeconds(60));
                return Task.FromResult(service.ExecuteTask!.IsCompleted);
            },
            TestContext.Current.CancellationToken);

        await service.ExecuteTask!;
        Assert.Equal(8, service.Runs);
        Assert.Equal(
            [3, 6, 12, 24, 48, 60, 60],
            log.Lines.Select(line => int.Parse(line.Message.Split("runs again in ")[1].Split(' ')[0], null)));
        Assert.True(time.GetUtcNow() - start >= TimeSpan.FromSeconds(3 + 6 + 12 + 24 + 48 + 60 + 60));
    }

    [Fact]
    public async Task A_task_that_is_stopped_ends_without_a_log_line()
    {
        using var log = new CollectedLog();
        using var service = new CountedService(new FakeTimeProvider(), log.Logger<PeriodicServiceTests>(), _ => TimeSpan.FromHours(1));
        await service.StartAsync(TestContext.Current.CancellationToken);

        await Poll.UntilAsync("the first run", Limit, () => Task.FromResult(service.Runs == 1), TestContext.Current.CancellationToken);
        await service.StopAsync(TestContext.Current.CancellationToken);

        Assert.True(service.ExecuteTask!.IsCanceled);
        Assert.Empty(log.Lines);
    }

    private sealed class CountedService(TimeProvider time, ILogger logger, Func<int, TimeSpan?> run) : PeriodicService("test", time, logger)
    {
        private int _runs;

        public int Runs => Volatile.Read(ref _runs);

        protected override ValueTask<TimeSpan?> RunAsync(CancellationToken cancellation) =>
            ValueTask.FromResult(run(Interlocked.Increment(ref _runs)));
    }
}
