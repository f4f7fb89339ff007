using System.Collections.Concurrent;
using AdmissionGuard.Kubernetes.Client;

namespace AdmissionGuard.Kubernetes.Tests.Connections;

/// <summary>An answer that is slow is waited for; a second request goes around a connection that is dead.</summary>
public sealed class HedgingTests
{
    private static readonly TimeSpan Half = CallsOfStub.Budget / 2;

    [Fact]
    public async Task A_slow_answer_is_waited_for_as_long_as_it_may_still_come()
    {
        var first = new TaskCompletionSource();
        await using var it = await CallsOfStub.StartAsync((context, number) => number == 1 ? first.Task : StubServer.HangAsync(context));
        using var hedges = it.CountHedges();

        var sending = it.SendAsync(CallsOfStub.Read);
        await it.ReceivedAsync(1);
        it.Time.Advance(Half);
        await it.ReceivedAsync(2);
        it.Time.Advance(TimeSpan.FromSeconds(2.5) - Half);
        first.SetResult();

        Assert.Equal("200 ", await sending);
        Assert.Equal((2, 1), (it.Server.Requests.Count, hedges.Sum));
    }

    [Fact]
    public async Task A_connection_that_died_without_a_word_is_got_around_by_one_of_its_own()
    {
        await using var it = await CallsOfStub.StartAsync(
            (context, _) => context.Request.Protocol == "HTTP/2" ? StubServer.HangAsync(context) : Task.CompletedTask, isSecure: true);

        var sending = it.SendAsync(CallsOfStub.Read);
        await it.ReceivedAsync(1);
        it.Time.Advance(Half);

        Assert.Equal("200 ", await sending);
        Assert.Equal(["HTTP/2", "HTTP/1.1"], it.Server.Requests.Select(request => request.Protocol));
        Assert.Equal(2, it.Server.Requests.Select(request => request.Connection).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task No_second_request_goes_out_on_a_connection_that_another_call_used()
    {
        await using var it = await CallsOfStub.StartAsync(
            (context, number) => number % 2 == 1 ? StubServer.HangAsync(context) : Task.CompletedTask, isSecure: true);
        for (var call = 1; call <= 3; call++)
        {
            var sending = it.SendAsync(CallsOfStub.Read);
            await it.ReceivedAsync((2 * call) - 1);
            it.Time.Advance(Half);
            Assert.Equal("200 ", await sending);
        }

        Assert.Equal(
            3,
            it.Server.Requests.Where(request => request.Protocol == "HTTP/1.1")
                .Select(request => request.Connection)
                .Distinct(StringComparer.Ordinal)
                .Count());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Where_one_of_the_two_fails_the_other_is_waited_for(int fails)
    {
        var (failing, answering) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var it = await CallsOfStub.StartAsync(async (context, number) =>
        {
            await (number == fails ? failing : answering).Task;
            context.Response.StatusCode = number == fails ? 500 : 200;
        });

        var sending = it.SendAsync(CallsOfStub.Read);
        await it.ReceivedAsync(1);
        it.Time.Advance(Half);
        await it.ReceivedAsync(2);
        failing.SetResult();
        answering.SetResult();

        Assert.Equal("200 ", await sending);
        Assert.Equal(2, it.Server.Requests.Count);
    }

    [Fact]
    public async Task What_nobody_answers_ends_with_the_deadline()
    {
        await using var it = await CallsOfStub.StartAsync((context, _) => StubServer.HangAsync(context));

        var sending = it.SendAsync(CallsOfStub.Read);
        await it.ReceivedAsync(1);
        it.Time.Advance(Half);
        await it.ReceivedAsync(2);
        it.Time.Advance(Half - TimeSpan.FromMilliseconds(1));
        Assert.False(sending.IsCompleted);
        it.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("TimedOut: the API server did not answer in time", await sending);
    }

    [Fact]
    public async Task A_write_is_never_under_way_twice()
    {
        await using var it = await CallsOfStub.StartAsync((context, _) => StubServer.HangAsync(context));
        using var hedges = it.CountHedges();

        var sending = it.SendAsync(CallsOfStub.Write);
        await it.ReceivedAsync(1);

        Assert.Equal("TimedOut: the API server did not answer in time", await it.EndsAsync(sending, TimeSpan.FromMilliseconds(250)));
        Assert.Equal((1, 0), (it.Server.Requests.Count, hedges.Sum));
    }

    [Fact]
    public async Task An_API_server_that_is_slow_for_all_is_not_asked_twice_as_much()
    {
        // So few in all that the circuit stays closed.
        const int Many = RequestHedging.MaxAtOnce + 3;
        await using var it = await CallsOfStub.StartAsync((context, _) => StubServer.HangAsync(context));
        using var hedges = it.CountHedges();

        var sending = Task.WhenAll(Enumerable.Range(0, Many).Select(_ => it.SendAsync(CallsOfStub.Read)));
        await it.ReceivedAsync(Many);
        it.Time.Advance(Half);
        await it.ReceivedAsync(Many + RequestHedging.MaxAtOnce);
        it.Time.Advance(Half);

        Assert.All(await sending, ends => Assert.Equal("TimedOut: the API server did not answer in time", ends));
        Assert.Equal((Many + RequestHedging.MaxAtOnce, RequestHedging.MaxAtOnce), (it.Server.Requests.Count, hedges.Sum));

        // Their places are free again.
        var next = it.SendAsync(CallsOfStub.Read);
        await it.ReceivedAsync(Many + RequestHedging.MaxAtOnce + 1);
        it.Time.Advance(Half);
        await it.ReceivedAsync(Many + RequestHedging.MaxAtOnce + 2);
        it.Time.Advance(Half);
        await next;
    }

    [Fact]
    public async Task While_the_circuit_is_not_closed_nothing_is_sent_twice()
    {
        await using var it = await CallsOfStub.StartAsync((context, _) => StubServer.HangAsync(context));
        using var hedges = it.CountHedges();
        var breaking = Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => it.SendAsync(CallsOfStub.Read, request: _ => throw new IOException("away"))));
        await it.EndsAsync(breaking.ContinueWith(_ => "", TaskScheduler.Default), TimeSpan.FromMilliseconds(100));
        Assert.Empty(it.Server.Requests);

        it.Time.Advance(ApiServerCircuitBreaker.Break);
        var simulator = it.SendAsync(CallsOfStub.Read, TimeSpan.FromSeconds(3));
        await it.ReceivedAsync(1);

        Assert.Equal("TimedOut: the API server did not answer in time", await it.EndsAsync(simulator, TimeSpan.FromMilliseconds(100)));
        Assert.Equal((1, 0), (it.Server.Requests.Count, hedges.Sum));
    }

    [Fact]
    public async Task Whoever_comes_second_is_told_that_nobody_waits()
    {
        var ended = new ConcurrentBag<int>();
        var second = new TaskCompletionSource();
        await using var it = await CallsOfStub.StartAsync(async (context, number) =>
        {
            if (number == 2)
            {
                await second.Task;
                return;
            }

            await StubServer.HangAsync(context);
            ended.Add(number);
        });

        var sending = it.SendAsync(CallsOfStub.Read);
        await it.ReceivedAsync(1);
        it.Time.Advance(Half);
        await it.ReceivedAsync(2);
        second.SetResult();

        Assert.Equal("200 ", await sending);
        await Poll.UntilAsync(
            "the first to be given up",
            TimeSpan.FromMinutes(1),
            () => Task.FromResult(!ended.IsEmpty),
            TestContext.Current.CancellationToken);
    }
}
