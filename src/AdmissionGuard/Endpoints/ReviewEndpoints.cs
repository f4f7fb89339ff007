using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using AdmissionGuard.Configuration;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Transitions;
using AdmissionGuard.Reviews;
using AdmissionGuard.Telemetry;
using Microsoft.Net.Http.Headers;

namespace AdmissionGuard.Endpoints;

/// <summary><c>POST /mutate</c> and <c>POST /validate</c>: the outermost edge of a review.</summary>
internal sealed partial class ReviewEndpoints(LiveConfiguration configuration, ReviewMetrics metrics, TimeProvider time, ILogger<ReviewEndpoints> logger)
{
    // Whoever reaches the port can post nonsense: it may not fill the log, and drop an auditor's lines out of it.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Seldom _shedTold = new(time, Pause);
    private readonly ConcurrentDictionary<(AdmissionPhase Phase, int Code), Seldom> _unanswerableTold = new();

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<ReviewEndpoints>();
        routes.MapPost("/mutate", context => endpoints.AnswerAsync(context, AdmissionPhase.Mutating));
        routes.MapPost("/validate", context => endpoints.AnswerAsync(context, AdmissionPhase.Validating));
    }

    [SuppressMessage("Design", "CA1031", Justification = "The outermost edge of a request: whatever failed, the API server gets an answer, and it is no allow.")]
    private async Task AnswerAsync(HttpContext context, AdmissionPhase phase)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            await AnswerReviewAsync(context, phase, start);
        }
        catch (BadReviewException e)
        {
            await RefuseAsync(context, phase, StatusCodes.Status400BadRequest, "BadRequest", e.Message);
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(context, phase, e.StatusCode, e.StatusCode is StatusCodes.Status413PayloadTooLarge ? "RequestEntityTooLarge" : "BadRequest", e.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The API server hung up: nobody is left to answer.
        }
        catch (Exception e)
        {
            Log.Crashed(logger, phase, e);
            await RefuseAsync(context, phase, StatusCodes.Status500InternalServerError, "InternalError", "AdmissionGuard failed on this review; its log says why");
        }
    }

    private async Task AnswerReviewAsync(HttpContext context, AdmissionPhase phase, long start)
    {
        var budget = ReviewBudget.For(context.Request.Query["timeout"]);
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            var given = Text.Quote(context.Request.ContentType ?? "");
            await RefuseAsync(context, phase, StatusCodes.Status415UnsupportedMediaType, "UnsupportedMediaType", $"the content type is to be application/json, not {given}");
            return;
        }

        using var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        context.Response.ContentType = "application/json";
        var current = configuration.Current;
        var outcome = await current.Handler.HandleAsync(body.Bytes, context.Response.BodyWriter, phase, budget - Stopwatch.GetElapsedTime(start), context.RequestAborted);
        metrics.Record(phase, outcome, Stopwatch.GetElapsedTime(start));
        ReviewSpan.Tag(phase, outcome.Answer);
        if (outcome.Answer is { IsShed: true, Verdict: Verdict.Deny busy })
        {
            await ShedAsync(context, phase, busy);
            return;
        }

        Tell(phase, outcome, current.Generation);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    /// <summary>One line for each refusal, and for each change that is allowed; nothing for the rest, and no trace of a dry run.</summary>
    private void Tell(AdmissionPhase phase, Outcome outcome, long generation)
    {
        var (review, answer) = outcome;
        var (verdict, isChange) = (answer.Verdict, answer.Verdict.Transition.Kind is not TransitionKind.Unchanged);
        if (review.IsDryRun || (answer.IsAllowed && !isChange) || !logger.IsEnabled(LogLevel.Information))
        {
            return;
        }

        var (outcomeWord, rules, words) = verdict switch
        {
            Verdict.Deny deny => ("denied", deny.Rules, deny.Message),
            Verdict.Allow { Tolerated.Length: > 0 } allow => ("tolerated", [], allow.Tolerated),
            Verdict.Allow { Lifted: not [] } allow => ("overridden", allow.Lifted.AddRange(allow.Warned), ""),
            Verdict.Allow allow => ("allowed", allow.Warned, ""),
            _ => ("", [], ""),
        };
        Log.Decided(
            logger,
            phase,
            outcomeWord,
            answer.Code,
            Text.Name(review.Uid.Read(review.Bytes)),
            ReviewWords.Operation(review.Operation),
            ReviewWords.SubResource(review.SubResource.Read(review.Bytes)),
            generation,
            Text.Name(review.Name.Read(review.Bytes)),
            Text.User(review.User.Read(review.Bytes)),
            verdict.Transition.Kind,
            string.Join(',', verdict.Transition.Released.Take(4).Select(Text.Name)),
            Text.Name(verdict.Transition.Target ?? ""),
            Text.Sentence(verdict.Justification.Reason),
            Text.Sentence(verdict.Justification.Override),
            string.Join(',', rules),
            Text.Cut(words, 1024));
    }

    /// <summary>
    /// Sends the review back, by HTTP's own code: the API server's client tries again after Retry-After, up to ten times
    /// inside the webhook's time-out. A review answered with 429 in it would end the user's request instead.
    /// </summary>
    private async Task ShedAsync(HttpContext context, AdmissionPhase phase, Verdict.Deny busy)
    {
        metrics.RecordShed(phase);
        if (_shedTold.IsDue())
        {
            Log.Shed(logger, phase, busy.Message);
        }

        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Response.Headers.RetryAfter = "1";
        Write(context.Response.BodyWriter, StatusCodes.Status429TooManyRequests, "TooManyRequests", busy.Message);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private async Task RefuseAsync(HttpContext context, AdmissionPhase phase, int code, string reason, string message)
    {
        metrics.RecordUnanswerable(phase, code);
        if (_unanswerableTold.GetOrAdd((phase, code), static (_, time) => new Seldom(time, Pause), time).IsDue())
        {
            Log.Unanswerable(logger, phase, code, message);
        }

        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        Write(context.Response.BodyWriter, code, reason, message);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

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
        /// <summary>What an auditor needs of a decision; every text is bounded.</summary>
        [LoggerMessage(20, LogLevel.Information, "{Phase}: {Outcome} {Code} {Uid} operation={Operation} subresource={SubResource} configuration={Generation} namespace={NamespaceName} user={User} transition={Transition} from={From} to={To} reason={Reason} override={OverrideReason} rules={Rules} {Words}")]
        public static partial void Decided(
            ILogger logger,
            AdmissionPhase phase,
            string outcome,
            int code,
            string uid,
            string operation,
            string subResource,
            long generation,
            string namespaceName,
            string user,
            TransitionKind transition,
            string from,
            string to,
            string reason,
            string overrideReason,
            string rules,
            string words);

        [LoggerMessage(22, LogLevel.Warning, "{Phase}: answered {Code}, which is said once in ten seconds, the metric counts: {Reason}")]
        public static partial void Unanswerable(ILogger logger, AdmissionPhase phase, int code, string reason);

        [LoggerMessage(24, LogLevel.Warning, "{Phase}: overloaded, told 429 and Retry-After; this is said once in ten seconds, the metric counts: {Words}")]
        public static partial void Shed(ILogger logger, AdmissionPhase phase, string words);

        [LoggerMessage(23, LogLevel.Error, "{Phase}: failed")]
        public static partial void Crashed(ILogger logger, AdmissionPhase phase, Exception e);
    }
}
