using System.Net;
using AdmissionGuard.Server.Limits;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionGuard.Tests.Limits;

/// <summary>Which body makes room where all of them together take as much as they may.</summary>
public sealed class BodyBudgetTests
{
    private const int Most = 100;
    private const int Share = 40;

    private static readonly IPAddress Server = IPAddress.Parse("10.0.0.1");

    private readonly FakeTimeProvider _time = new();
    private readonly BodyBudget _budget;

    public BodyBudgetTests() => _budget = new BodyBudget(Most, Share, _time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_charged_is_given_back()
    {
        using (var upload = Begin(Server))
        {
            Assert.True(await upload.ChargeAsync(Share));
            Assert.Equal(Share, _budget.Held);
        }

        Assert.Equal(0, _budget.Held);
        using var next = Begin(Server);
        Assert.True(await next.ChargeAsync(Share));
    }

    [Fact]
    public async Task More_than_the_share_of_an_address_is_refused_although_the_whole_has_room()
    {
        using var upload = Begin(Server);
        Assert.True(await upload.ChargeAsync(Share));

        Assert.False(await upload.ChargeAsync(1));
    }

    [Fact]
    public async Task Of_two_that_go_on_at_an_address_the_older_goes_on_and_the_younger_makes_room()
    {
        using var older = Begin(Server);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        using var younger = Begin(Server);
        Assert.True(await older.ChargeAsync(Share / 2));
        Assert.True(await younger.ChargeAsync(Share / 2));

        var charging = older.ChargeAsync(Share / 2);
        Assert.False(await younger.ChargeAsync(1));
        Assert.True(younger.IsShed);
        younger.Dispose();

        Assert.True(await charging.AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancellation));
    }

    [Fact]
    public async Task What_stalls_makes_room_for_what_comes_later_at_the_same_address()
    {
        using var stalled = Begin(Server);
        Assert.True(await stalled.ChargeAsync(Share));
        stalled.Received(Share);
        _time.Advance(TimeSpan.FromSeconds(1));
        using var next = Begin(Server);

        var charging = next.ChargeAsync(Share);
        await UntilCancelledAsync(stalled);
        Assert.True(stalled.IsShed);
        Assert.False(charging.IsCompleted, "the room is not there before it is given back");
        stalled.Dispose();

        Assert.True(await charging.AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancellation));
    }

    [Fact]
    public async Task Where_the_whole_is_used_up_the_address_that_holds_the_most_makes_room_however_young_it_is()
    {
        var strangers = await FillAsync(40, 40, 20);
        using var server = Begin(Server);

        var charging = server.ChargeAsync(30);
        // The younger of the two that hold the most.
        await UntilCancelledAsync(strangers.First(upload => upload.IsShed));
        Assert.Equal([40], strangers.Where(upload => upload.IsShed).Select(upload => upload.Charged));
        strangers.First(upload => upload.IsShed).Dispose();

        Assert.True(await charging.AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancellation));
    }

    [Fact]
    public async Task One_of_the_largest_size_finds_room_among_many_small_ones_that_stall()
    {
        var strangers = await FillAsync([.. Enumerable.Repeat(5, Most / 5)]);
        _time.Advance(TimeSpan.FromSeconds(1));
        using var server = Begin(Server);

        var charging = server.ChargeAsync(Share);
        foreach (var stranger in strangers.Where(upload => upload.IsShed))
        {
            stranger.Dispose();
        }

        Assert.True(await charging.AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancellation));
        Assert.Equal((Share / 5, Most), (strangers.Count(upload => upload.IsShed), _budget.Held));
    }

    [Fact]
    public async Task Who_would_hold_the_most_itself_is_refused_and_nobody_makes_room_in_vain()
    {
        var strangers = await FillAsync(20, 20, 20, 20, 20);
        using var greedy = Begin(Server);

        Assert.False(await greedy.ChargeAsync(30));
        Assert.DoesNotContain(strangers, upload => upload.IsShed);
    }

    [Fact]
    public async Task What_is_complete_is_answered_and_makes_no_room()
    {
        var strangers = await FillAsync(40, 40, 20);
        foreach (var stranger in strangers)
        {
            stranger.Complete();
        }

        _time.Advance(ServerLimits.BodyTime * 2);
        using var server = Begin(Server);

        Assert.False(await server.ChargeAsync(1));
        Assert.All(strangers, upload => Assert.False(upload.IsShed || upload.Token.IsCancellationRequested));
    }

    [Fact]
    public async Task A_body_has_ten_seconds()
    {
        using var upload = Begin(Server);
        _time.Advance(ServerLimits.BodyTime - TimeSpan.FromMilliseconds(1));
        Assert.False(upload.Token.IsCancellationRequested);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        await UntilCancelledAsync(upload);
        Assert.Equal((true, false), (upload.IsLate, upload.IsShed));
    }

    private static Task UntilCancelledAsync(BodyUpload upload) =>
        Task.Delay(TimeSpan.FromSeconds(30), upload.Token)
            .ContinueWith(wait => Assert.True(wait.IsCanceled), Cancellation, TaskContinuationOptions.None, TaskScheduler.Default);

    private BodyUpload Begin(IPAddress address) => _budget.Begin(address, () => { }, Cancellation);

    /// <summary>An upload of each of as many addresses, which hold so much.</summary>
    private async Task<List<BodyUpload>> FillAsync(params int[] held)
    {
        var uploads = new List<BodyUpload>();
        foreach (var bytes in held)
        {
            var upload = Begin(new IPAddress([10, 0, 1, (byte)uploads.Count]));
            Assert.True(await upload.ChargeAsync(bytes));
            upload.Received(bytes);
            uploads.Add(upload);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        return uploads;
    }
}
