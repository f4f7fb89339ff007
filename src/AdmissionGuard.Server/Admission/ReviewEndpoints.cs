using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Transitions;
using AdmissionGuard.Server.Admission.Reviews;
using AdmissionGuard.Server.Configuration;
using AdmissionGuard.Server.Limits;
using Microsoft.Net.Http.Headers;

namespace AdmissionGuard.Server.Admission;

/// <summary><c>POST /mutate</c> and <c>POST /validate</c>: the HTTP endpoints for reviews.</summary>
internal sealed partial class ReviewEndpoints(
    LiveConfiguration configuration,
    ReviewHandlerProvider handlers,
    BodyBudget bodies,
    LargeReviewLimiter largeReviews,
    ReviewMetrics metrics,
    TimeProvider time,
    ILogger<ReviewEndpoints> logger)
{
    // Any client that reaches the port can post invalid requests. They must not fill the log, or an auditor's lines would be dropped.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly LogThrottle _shedTold = new(time, Pause);
    private readonly ConcurrentDictionary<(AdmissionPhase Phase, int Code), LogThrottle> _unanswerableTold = new();

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<ReviewEndpoints>();
        routes.MapPost("/mutate", context => endpoints.AnswerAsync(context, AdmissionPhase.Mutating));
        routes.MapPost("/validate", context => endpoints.AnswerAsync(context, AdmissionPhase.Validating));
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The outermost edge of a request: whatever failed, the API server gets an answer, and it is no allow.")]
    private async Task AnswerAsync(HttpContext context, AdmissionPhase phase)
    {
        var start = Stopwatch.GetTimestamp();
        var connection = context.Features.Get<ClientConnection>();
        try
        {
            connection?.Enter(ConnectionState.Uploading, time.GetTimestamp());
            await AnswerReviewAsync(context, connection, phase, start);
        }
        catch (BadReviewException e)
        {
            await RefuseAsync(context, phase, StatusCodes.Status400BadRequest, "BadRequest", e.Message);
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(context, phase, e.StatusCode, ReasonOf(e.StatusCode), e.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The API server has disconnected: no answer is possible.
        }
        catch (Exception e)
        {
            await RefuseAsync(
                context,
                phase,
                StatusCodes.Status500InternalServerError,
                "InternalError",
                "AdmissionGuard failed with an unexpected error; see its log",
                e);
        }
        finally
        {
            connection?.Enter(ConnectionState.Idle, time.GetTimestamp());
        }
    }

    private async Task AnswerReviewAsync(HttpContext context, ClientConnection? connection, AdmissionPhase phase, long start)
    {
        var budget = ReviewTimeout.For(context.Request.Query["timeout"]);
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            var given = MessageText.Quote(context.Request.ContentType ?? "");
            await RefuseAsync(
                context,
                phase,
                StatusCodes.Status415UnsupportedMediaType,
                "UnsupportedMediaType",
                $"the content type must be application/json, not {given}");
            return;
        }

        using var body = new RequestBody(context.Request, connection);
        switch (await body.ReadAsync(bodies))
        {
            case BodyOutcome.Complete:
                connection?.Enter(ConnectionState.Answering, time.GetTimestamp());
                await DecideAsync(context, body, phase, budget, start);
                break;
            case BodyOutcome.NoRoom:
                await ShedAsync(context, phase, ShedReason.Memory, "no memory for the request body is available; try again in a second");
                break;
            case BodyOutcome.Late:
                const int Code = StatusCodes.Status408RequestTimeout;
                await RefuseAsync(
                    context,
                    phase,
                    Code,
                    ReasonOf(Code),
                    $"the body was not received within {ServerLimits.BodyTime.TotalSeconds:0} seconds");
                break;
            case BodyOutcome.Gone:
                // No log line: a client could cause one for each connection. And no body, so that nothing can be mistaken for an answer.
                context.Abort();
                break;
        }
    }

    private async Task DecideAsync(HttpContext context, RequestBody body, AdmissionPhase phase, TimeSpan budget, long start)
    {
        using var turn = await largeReviews.EnterAsync(body.Bytes.Length, budget - Stopwatch.GetElapsedTime(start), context.RequestAborted);
        if (turn is null)
        {
            await ShedAsync(context, phase, ShedReason.Memory, "other large reviews are being evaluated; try again in a second");
            return;
        }

        context.Response.ContentType = "application/json";
        var current = configuration.Current;
        LookupLimiter.DecideFor(context.Connection.RemoteIpAddress);
        var outcome = await handlers.For(current)
            .HandleAsync(body.Bytes, context.Response.BodyWriter, phase, budget - Stopwatch.GetElapsedTime(start), context.RequestAborted);
        metrics.Record(phase, outcome, Stopwatch.GetElapsedTime(start));
        ReviewTrace.Tag(phase, outcome.Answer);
        if (outcome.Answer is { IsShed: true, Verdict: Verdict.Deny busy })
        {
            await ShedAsync(context, phase, ShedReason.LookUps, busy.Message);
            return;
        }

        Tell(context, phase, outcome, current.Generation);
        await FlushAsync(context);
    }

    /// <summary>
    /// One line for each refusal, by the webhook that refuses, and for each allowed change, by the validating webhook, which decides last;
    /// none for other requests and for dry runs.
    /// </summary>
    private void Tell(HttpContext context, AdmissionPhase phase, Outcome outcome, long generation)
    {
        var (review, answer) = outcome;
        if (review.IsDryRun)
        {
            return;
        }

        if (answer is { Code: StatusCodes.Status400BadRequest, Verdict: Verdict.Deny unfit })
        {
            // No decision: the API server sends no such review.
            TellUnanswerable(context, phase, answer.Code, unfit.Message, null);
        }
        else if (!(answer.IsAllowed && answer.Verdict.Transition.Kind is TransitionKind.Unchanged)
            && (answer.IsAllowed && phase is AdmissionPhase.Mutating ? LogLevel.Debug : LogLevel.Information) is var level
            && logger.IsEnabled(level))
        {
            logger.Log(
                level,
                DecisionLogEntry.Event,
                DecisionLogEntry.Of(phase, outcome, generation),
                null,
                static (entry, _) => entry.ToString());
        }
    }

    /// <summary>
    /// Sheds the review with an HTTP status code: the API server's client retries after Retry-After, up to ten times
    /// within the webhook's timeout. An AdmissionReview that contains 429 would end the user's request instead.
    /// </summary>
    private async Task ShedAsync(HttpContext context, AdmissionPhase phase, ShedReason why, string words)
    {
        metrics.RecordShed(phase, why);
        if (_shedTold.IsDue())
        {
            Log.Shed(logger, phase, AddressOf(context), words);
        }

        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Response.ContentType = "application/json";
        context.Response.Headers.RetryAfter = "1";
        Write(context.Response.BodyWriter, StatusCodes.Status429TooManyRequests, "TooManyRequests", words);
        await FlushAsync(context);
    }

    private async Task RefuseAsync(
        HttpContext context, AdmissionPhase phase, int code, string reason, string message, Exception? crash = null)
    {
        metrics.RecordUnanswerable(phase, code);
        TellUnanswerable(context, phase, code, message, crash);
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        Write(context.Response.BodyWriter, code, reason, message);
        await FlushAsync(context);
    }

    private void TellUnanswerable(HttpContext context, AdmissionPhase phase, int code, string message, Exception? crash)
    {
        if (!_unanswerableTold.GetOrAdd((phase, code), static (_, time) => new LogThrottle(time, Pause), time).IsDue())
        {
            return;
        }

        if (crash is null)
        {
            Log.Unanswerable(logger, phase, code, AddressOf(context), message);
        }
        else
        {
            Log.Crashed(logger, phase, crash);
        }
    }

    /// <summary>Sends the response. From here on, the server waits for the client.</summary>
    private async Task FlushAsync(HttpContext context)
    {
        context.Features.Get<ClientConnection>()?.Enter(ConnectionState.Idle, time.GetTimestamp());
        try
        {
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client has disconnected: no answer is possible.
        }
    }

    private static string AddressOf(HttpContext context) => $"{context.Features.Get<ClientConnection>()?.Address}";

    private static string ReasonOf(int code) => code switch
    {
        StatusCodes.Status413PayloadTooLarge => "RequestEntityTooLarge",
        StatusCodes.Status408RequestTimeout => "Timeout",
        _ => "BadRequest",
    };

    /// <summary>A Status, which is how Kubernetes' clients expect errors.</summary>
    private static void Write(IBufferWriter<byte> output, int code, string reason, string message)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("kind"u8, "Status"u8);
        writer.WriteString("apiVersion"u8, "v1"u8);
        writer.WriteString("status"u8, "Failure"u8);
        writer.WriteString("message"u8, message);
        writer.WriteString("reason"u8, reason);
        writer.WriteNumber("code"u8, code);
        writer.WriteEndObject();
    }

    private static partial class Log
    {
        [LoggerMessage(22, LogLevel.Warning, "{Phase}: answered {Code} to {Address}: {Reason}; repetitions are not logged for 10 s")]
        public static partial void Unanswerable(ILogger logger, AdmissionPhase phase, int code, string address, string reason);

        [LoggerMessage(
            24,
            LogLevel.Warning,
            "{Phase}: overloaded, answered 429 with Retry-After to {Address}: {Words}; repetitions are not logged for 10 s")]
        public static partial void Shed(ILogger logger, AdmissionPhase phase, string address, string words);

        [LoggerMessage(23, LogLevel.Error, "{Phase}: failed with an unexpected error; repetitions are not logged for 10 s")]
        public static partial void Crashed(ILogger logger, AdmissionPhase phase, Exception e);
    }
}
