using System.Net;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes.Telemetry;
using Microsoft.Extensions.Logging;
using Polly.Timeout;

namespace AdmissionGuard.Kubernetes.Client;

/// <summary>Sends requests to the API server, and reads the answers.</summary>
public sealed partial class ApiServerClient
{
    /// <summary>Where a request says which call it belongs to, in one of our own words: for traces.</summary>
    public static readonly HttpRequestOptionsKey<string> CallName = new(Tags.Call.SpanAttribute);

    private readonly ClusterConnection _connection;
    private readonly ApiServerMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ApiFailureLog _failures;
    private readonly ApiServerCircuitBreaker _breaker;
    private readonly RequestHedging _hedging;
    private readonly ApiServerRetry _retry;
    private readonly RequestLimit? _limit;

    /// <summary>Makes the caller.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="metrics">Where calls are counted.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where the causes of failures are logged.</param>
    /// <param name="limit">How long a call may take, tries included; <see langword="null"/> if only the deadline limits it.</param>
    public ApiServerClient(
        ClusterConnection connection,
        ApiServerMetrics metrics,
        TimeProvider time,
        ILogger<ApiServerClient> logger,
        RequestLimit? limit = null)
    {
        (_connection, _metrics, _time, _logger, _limit) = (connection, metrics, time, logger, limit);
        _failures = new ApiFailureLog(logger, time);
        _breaker = new ApiServerCircuitBreaker(time, TellCircuit);
        _hedging = new RequestHedging(_breaker, metrics, time);
        _retry = new ApiServerRetry(time);
        metrics.Watch(_breaker);
    }

    /// <summary>Sends a request and reads its answer, with retries if it fails early, and never past the deadline.</summary>
    /// <typeparam name="T">The result.</typeparam>
    /// <param name="call">The kind of request.</param>
    /// <param name="request">Creates the request, for each attempt.</param>
    /// <param name="read">Reads an answer, whose body is there already; those that another attempt could change (429 and 5xx) don't reach
    /// it.</param>
    /// <param name="failed">Maps a failure to a result.</param>
    /// <param name="deadline">The deadline for the result.</param>
    /// <returns>What was read, or what the failure came to; failures of the cluster never throw.</returns>
    /// <exception cref="OperationCanceledException">The caller has disconnected.</exception>
    public async Task<T> SendAsync<T>(
        ApiCall call,
        Func<Uri, HttpRequestMessage> request,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        Func<ApiFailure, T> failed,
        Deadline deadline)
    {
        using var limited = _limit is { } limit ? deadline.Within(limit.Time) : null;
        deadline = limited ?? deadline;
        var timed = _metrics.Start(call.Name);
        try
        {
            var answer = await PersistAsync(call, async (ownConnection, cancellation) => await _breaker.RunAsync(
                async attempt => await AttemptInTimeAsync(call, request, read, ownConnection, deadline, attempt), cancellation), deadline);
            timed.Answered();
            return answer;
        }
        // Any other error is not the user's fault, and a retry may succeed; but a disconnected caller needs no answer.
        catch (Exception e) when (e is not OperationCanceledException || !deadline.IsCallerGone)
        {
            timed.Failed();
            var failure = ApiFailureReader.Of(e, _connection.Current.Name);
            _failures.Tell(call, _connection.Current.Proxy, failure, e);
            return failed(failure.Kind is ApiFailureKind.TimedOut ? failure with { Unanswered = UnansweredOf(request) } : failure);
        }
    }

    /// <summary>Reads something. If that fails early, it is repeated, never past the deadline.</summary>
    /// <typeparam name="T">The value.</typeparam>
    /// <param name="call">The kind of request.</param>
    /// <param name="request">Creates the request, again for each attempt.</param>
    /// <param name="read">Reads a response, as in <see cref="SendAsync"/>.</param>
    /// <param name="deadline">When an answer is no longer of use.</param>
    /// <returns>The value, or the failure; failures of the cluster never throw.</returns>
    /// <exception cref="OperationCanceledException">The caller is gone.</exception>
    public Task<ReadResult<T>> ReadAsync<T>(
        ApiCall call,
        Func<Uri, HttpRequestMessage> request,
        Func<HttpResponseMessage, CancellationToken, Task<ReadResult<T>>> read,
        Deadline deadline) => SendAsync(call, request, read, static failure => new ReadResult<T>.Failed(failure), deadline);

    /// <summary>Retries after failures, not because of slowness: an attempt has all the remaining time.</summary>
    private async Task<T> PersistAsync<T>(ApiCall call, Func<bool, CancellationToken, Task<T>> attempt, Deadline deadline)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                return call.IsRead
                    ? await _hedging.RunAsync(call, attempt, deadline.Remaining / 2, deadline.Token)
                    : await attempt(false, deadline.Token);
            }
            catch (Exception e) when (_retry.PauseAfter(e, call.IsRead, failures, deadline.Remaining) is { } pause)
            {
                await Task.Delay(pause, _time, deadline.Token);
            }
        }
    }

    /// <summary>Distinguishes timeouts from canceled calls: only timeouts are the API server's fault.</summary>
    private async Task<T> AttemptInTimeAsync<T>(
        ApiCall call,
        Func<Uri, HttpRequestMessage> make,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        bool ownConnection,
        Deadline deadline,
        CancellationToken cancellation)
    {
        try
        {
            return await AttemptAsync(call, make, read, ownConnection, cancellation);
        }
        catch (OperationCanceledException e) when (deadline.IsOver)
        {
            throw new TimeoutRejectedException($"no answer within {deadline.Budget.TotalSeconds:0.##} s", e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            // So the handler says that connecting took too long.
            throw new HttpRequestException(HttpRequestError.ConnectionError, "no connection in time", e);
        }
    }

    private async Task<T> AttemptAsync<T>(
        ApiCall call,
        Func<Uri, HttpRequestMessage> make,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        bool ownConnection,
        CancellationToken cancellation)
    {
        var connection = _connection.Current;
        using var request = make(connection.BaseUri);
        // A connection of HTTP/2 is shared by all; one of HTTP/1.1 that is closed afterwards is not shared.
        request.Version = ownConnection ? HttpVersion.Version11 : HttpVersion.Version20;
        request.Headers.ConnectionClose = ownConnection ? true : null;
        await connection.PrepareAsync(request, cancellation);
        request.Options.Set(CallName, call.Name);
        using var response = await connection.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        var isWorthAnother = (!call.ReadsErrors
                && response.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError)
            || (response.StatusCode is HttpStatusCode.Unauthorized && connection.Reject(request));
        if (isWorthAnother)
        {
            throw new RetryableAnswerException(response.StatusCode, response.Headers.RetryAfter);
        }

        await BufferAsync(response.Content, call.MaxAnswerBytes, cancellation);
        return await read(response, cancellation);
    }

    private string UnansweredOf(Func<Uri, HttpRequestMessage> make)
    {
        if (_limit is null)
        {
            return "";
        }

        using var request = make(_connection.Current.BaseUri);
        return $"{request.Method} {request.RequestUri!.AbsolutePath} within {_limit}";
    }

    private static async Task BufferAsync(HttpContent body, int maxBytes, CancellationToken cancellation)
    {
        try
        {
            await body.LoadIntoBufferAsync(maxBytes, cancellation);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new AnswerTooLargeException(maxBytes);
        }
    }

    private void TellCircuit(bool isOpen)
    {
        if (isOpen)
        {
            Log.Opened(_logger, ApiServerCircuitBreaker.Break.TotalSeconds);
        }
        else
        {
            Log.Closed(_logger);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            31, LogLevel.Error, "The API server is unreachable: calls fail immediately for {Seconds} s, then a single probe is sent")]
        public static partial void Opened(ILogger logger, double seconds);

        [LoggerMessage(32, LogLevel.Information, "The API server is reachable again")]
        public static partial void Closed(ILogger logger);
    }
}
