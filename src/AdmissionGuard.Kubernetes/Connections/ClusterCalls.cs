using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using AdmissionGuard.Core.Decisions;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace AdmissionGuard.Kubernetes.Connections;

/// <summary>Sends requests to the API server, and reads the answers.</summary>
public sealed partial class ClusterCalls
{
    // Two attempts, and a little for what lies between.
    private const double AttemptShare = 0.45;

    /// <summary>Where a request says which call it belongs to, in one of our own words: for traces.</summary>
    public static readonly HttpRequestOptionsKey<string> CallName = new("admissionguard.call");

    private static readonly ResiliencePropertyKey<TimeSpan> AttemptTimeout = new("admissionguard.attempt-timeout");

    private readonly ClusterConnection _connection;
    private readonly CallMetrics _metrics;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline _pipeline;

    /// <summary>Whether whoever is told of a failure runs the program: then the server's address and the cause are told too, which are no user's business.</summary>
    public bool IsForOperator { get; init; }

    /// <summary>Makes the caller.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="metrics">Where calls are counted.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where failures are told that are not the API server's.</param>
    public ClusterCalls(ClusterConnection connection, CallMetrics metrics, TimeProvider time, ILogger<ClusterCalls> logger)
    {
        _connection = connection;
        _metrics = metrics;
        _logger = logger;
        var circuit = new Circuit();
        metrics.Watch(circuit);
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = 1,
                Delay = TimeSpan.FromMilliseconds(50),
                UseJitter = true,
                ShouldHandle = new PredicateBuilder().Handle<HttpRequestException>().Handle<IOException>().Handle<TimeoutRejectedException>(),
            })
            .AddCircuitBreaker(circuit.Options(TellCircuit))
            .AddTimeout(new TimeoutStrategyOptions
            {
                TimeoutGenerator = args => ValueTask.FromResult(circuit.Limit(args.Context.Properties.GetValue(AttemptTimeout, TimeSpan.FromSeconds(1)))),
            })
            .Build();
    }

    /// <summary>Sends a request and reads its answer, once more if that fails, and never past the deadline.</summary>
    /// <typeparam name="T">What an answer comes to.</typeparam>
    /// <param name="name">The call's name in metrics.</param>
    /// <param name="request">Makes the request, anew for each attempt.</param>
    /// <param name="read">Reads an answer; those that another attempt could change (429 and 5xx) don't reach it.</param>
    /// <param name="failed">What a failure comes to, told in a few words.</param>
    /// <param name="deadline">When an answer is no longer of use.</param>
    /// <returns>What was read, or what the failure came to; never throws for a fault of the cluster.</returns>
    /// <exception cref="OperationCanceledException">The caller is gone.</exception>
    public async Task<T> SendAsync<T>(
        string name,
        Func<Uri, HttpRequestMessage> request,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        Func<string, T> failed,
        Deadline deadline)
    {
        var context = ResilienceContextPool.Shared.Get(deadline.Token);
        context.Properties.Set(AttemptTimeout, deadline.Budget * AttemptShare);
        var call = _metrics.Start(name);
        try
        {
            var answer = await _pipeline.ExecuteAsync(
                static async (attempt, state) => await state.Calls.AttemptAsync(state.Name, state.Request, state.Read, attempt.CancellationToken),
                context,
                (Calls: this, Name: name, Request: request, Read: read));
            call.Answered();
            return answer;
        }
        catch (Exception e) when (Explain(e, deadline) is { } why)
        {
            call.Failed();
            if (e is ConnectionSourceException)
            {
                Log.Unusable(_logger, name, e.Message);
            }

            return failed(why);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async Task<T> AttemptAsync<T>(
        string name, Func<Uri, HttpRequestMessage> make, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        var connection = _connection.Current;
        using var request = make(connection.BaseUri);
        request.Version = HttpVersion.Version20;
        await connection.PrepareAsync(request, cancellation);
        request.Options.Set(CallName, name);
        using var response = await connection.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        var isWorthAnother = response.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError
            || (response.StatusCode is HttpStatusCode.Unauthorized && connection.Reject(request));
        return isWorthAnother
            ? throw new HttpRequestException($"the API server answered {(int)response.StatusCode}", inner: null, response.StatusCode)
            : await read(response, cancellation);
    }

    // Whatever it is, it is not the user's fault, and another try may find it mended; but who is gone needs no answer.
    private string? Explain(Exception e, Deadline deadline) => e switch
    {
        HttpRequestException { StatusCode: not null } http => http.Message,
        HttpRequestException or IOException when IsForOperator => $"{Server} can't be reached: {CauseOf(e)}",
        TimeoutRejectedException or OperationCanceledException when IsForOperator && !deadline.IsCallerGone => $"{Server} did not answer in time",
        ConnectionSourceException when IsForOperator => e.Message,
        BrokenCircuitException when IsForOperator => $"{Server} can't be reached",
        HttpRequestException or IOException or BrokenCircuitException => "the API server can't be reached",
        OperationCanceledException when deadline.IsCallerGone => null,
        TimeoutRejectedException or OperationCanceledException => "the API server did not answer in time",
        JsonException => "the API server's answer can't be read",
        ConnectionSourceException => "the guard's credentials can't be used",
        _ => $"the call failed ({e.GetType().Name})",
    };

    private string Server => _connection.Current.Name;

    private static string CauseOf(Exception e) => (e as HttpRequestException)?.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "its name can't be resolved (DNS)",
        HttpRequestError.SecureConnectionError => $"no secure connection, its certificate may be the cause: {Innermost(e).Message.ReplaceLineEndings(" ")}",
        HttpRequestError.ConnectionError when Innermost(e) is SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
        _ => Innermost(e).Message.ReplaceLineEndings(" "),
    };

    private void TellCircuit(bool isOpen)
    {
        if (isOpen)
        {
            Log.Opened(_logger, Circuit.Break.TotalSeconds);
        }
        else
        {
            Log.Closed(_logger);
        }
    }

    private static Exception Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        return e;
    }

    private static partial class Log
    {
        [LoggerMessage(30, LogLevel.Warning, "{Call} failed: {Why}")]
        public static partial void Unusable(ILogger logger, string call, string why);

        [LoggerMessage(31, LogLevel.Error, "The API server can't be reached: calls to it fail at once for {Seconds} s, then one tries again")]
        public static partial void Opened(ILogger logger, double seconds);

        [LoggerMessage(32, LogLevel.Information, "The API server is reached again")]
        public static partial void Closed(ILogger logger);
    }
}
