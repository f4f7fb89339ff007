using Microsoft.Extensions.Time.Testing;

namespace AdmissionGuard.Core.Tests.Decisions;

public sealed class DeadlineTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void It_fires_when_the_time_is_up()
    {
        using var deadline = new Deadline(_time, TimeSpan.FromSeconds(3), CancellationToken.None);

        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(deadline.Token.IsCancellationRequested);
        Assert.False(deadline.IsCallerGone);
        Assert.False(deadline.IsOver);
        Assert.Equal(TimeSpan.FromSeconds(0.1), deadline.Remaining);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(deadline.Token.IsCancellationRequested);
        Assert.True(deadline.IsOver);
        Assert.Equal(TimeSpan.FromSeconds(3), deadline.Budget);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, deadline.Remaining);
    }

    [Fact]
    public async Task It_fires_when_the_caller_is_gone()
    {
        using var caller = new CancellationTokenSource();
        using var deadline = new Deadline(_time, TimeSpan.FromSeconds(3), caller.Token);

        await caller.CancelAsync();

        Assert.True(deadline.Token.IsCancellationRequested);
        Assert.True(deadline.IsCallerGone);
        Assert.False(deadline.IsOver);
    }

    [Fact]
    public async Task After_it_is_disposed_neither_the_time_nor_the_caller_fires_it()
    {
        using var caller = new CancellationTokenSource();
        var deadline = new Deadline(_time, TimeSpan.FromSeconds(3), caller.Token);
        var token = deadline.Token;

        deadline.Dispose();
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.False(deadline.IsOver);
        await caller.CancelAsync();

        Assert.False(token.IsCancellationRequested);
    }

    [Fact]
    public void A_part_of_it_ends_no_later_and_for_the_same_caller()
    {
        using var caller = new CancellationTokenSource();
        using var whole = new Deadline(_time, TimeSpan.FromSeconds(3), caller.Token);
        using Deadline shorter = whole.Within(TimeSpan.FromSeconds(1)), longer = whole.Within(TimeSpan.FromSeconds(5));

        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)), (shorter.Budget, longer.Budget));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((true, false, false), (shorter.IsOver, longer.IsOver, whole.IsOver));
        caller.Cancel();
        Assert.True(longer.IsCallerGone);
    }

    [Fact]
    public void No_timer_runs_for_longer_than_the_longest_budget()
    {
        using var deadline = new Deadline(TimeProvider.System, TimeSpan.MaxValue, CancellationToken.None);

        Assert.Equal(Deadline.Longest, deadline.Budget);
    }

    [Fact]
    public void A_budget_below_nothing_is_nothing()
    {
        using var deadline = new Deadline(_time, TimeSpan.FromSeconds(-3), CancellationToken.None);

        Assert.True(deadline.Token.IsCancellationRequested);
        Assert.Equal(TimeSpan.Zero, deadline.Budget);
    }
}
