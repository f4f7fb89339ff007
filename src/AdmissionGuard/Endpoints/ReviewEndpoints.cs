using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Transitions;
using AdmissionGuard.Reviews;
using AdmissionGuard.Telemetry;
using Microsoft.Net.Http.Headers;

namespace AdmissionGuard.Endpoints;

/// <summary><c>POST /mutate</c> and <c>POST /validate</c>: the outermost edge of a review.</summary>
internal sealed partial class ReviewEndpoints(ReviewHandler handler, ReviewMetrics metrics, ILogger<ReviewEndpoints> logger)
{
    /// <summary>The largest body, in bytes: twice the API server's 3 MiB for an object, and 1 MiB for the rest.</summary>
    /// <remarks>controller-runtime's figure; the API server's own is MaxRequestBodyBytes.</remarks>
    public const int MaxBodyBytes = 7 * 1024 * 1024;

    /// <summary>The longest user name that is logged whole, in characters.</summary>
    private const int MaxUserName = 256;

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
        var outcome = await handler.HandleAsync(body.Bytes, context.Response.BodyWriter, phase, budget - Stopwatch.GetElapsedTime(start), context.RequestAborted);
        metrics.Record(phase, outcome, Stopwatch.GetElapsedTime(start));
        Tell(phase, outcome);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    /// <summary>One line for each refusal, and for each change that passes; nothing for the rest.</summary>
    private void Tell(AdmissionPhase phase, Outcome outcome)
    {
        var (review, answer) = outcome;
        var isChange = answer.Verdict.Transition.Kind is not TransitionKind.Unchanged;
        if ((answer.IsAllowed && !isChange) || !logger.IsEnabled(LogLevel.Information))
        {
            return;
        }

        var told = new Told(
            Text.Name(review.Uid.Read(review.Bytes)),
            Text.Name(review.Name.Read(review.Bytes)),
            UserName(review.User.Read(review.Bytes)),
            answer.Verdict.Transition.Kind,
            review.IsDryRun);
        if (answer.Verdict is Verdict.Deny deny)
        {
            Log.Denied(logger, phase, told, answer.Code, deny.Message);
        }
        else
        {
            Log.Allowed(logger, phase, told, Text.List(answer.Verdict.Transition.Released), Text.Name(answer.Verdict.Transition.Target ?? ""));
        }
    }

    /// <summary>The log is where people look for who it was: a user's name may hold an issuer's URL or a certificate's subject.</summary>
    private static string UserName(string name) =>
        Text.Cut(string.Concat(name.Take(MaxUserName + 1).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)), MaxUserName);

    private async Task RefuseAsync(HttpContext context, AdmissionPhase phase, int code, string reason, string message)
    {
        metrics.RecordUnanswerable(phase, code);
        Log.Unanswerable(logger, phase, code, message);
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

    /// <summary>What a log line says of a request; every text in it is bounded.</summary>
    private readonly record struct Told(string Uid, string Namespace, string User, TransitionKind Transition, bool DryRun);

    private static partial class Log
    {
        public static void Denied(ILogger logger, AdmissionPhase phase, Told told, int code, string message) =>
            Denied(logger, phase, told.Uid, told.Namespace, told.User, told.Transition, told.DryRun, code, message);

        public static void Allowed(ILogger logger, AdmissionPhase phase, Told told, string from, string to) =>
            Allowed(logger, phase, told.Uid, told.Namespace, told.User, told.Transition, told.DryRun, from, to);

        [LoggerMessage(22, LogLevel.Warning, "{Phase}: answered {Code}: {Reason}")]
        public static partial void Unanswerable(ILogger logger, AdmissionPhase phase, int code, string reason);

        [LoggerMessage(23, LogLevel.Error, "{Phase}: failed")]
        public static partial void Crashed(ILogger logger, AdmissionPhase phase, Exception e);

        [LoggerMessage(20, LogLevel.Information, "{Phase}: denied {Uid} namespace={Namespace} user={User} transition={Transition} dryRun={DryRun} code={Code}: {Reason}")]
        private static partial void Denied(
            ILogger logger, AdmissionPhase phase, string uid, string @namespace, string user, TransitionKind transition, bool dryRun, int code, string reason);

        [LoggerMessage(21, LogLevel.Information, "{Phase}: allowed {Uid} namespace={Namespace} user={User} transition={Transition} dryRun={DryRun} from={From} to={To}")]
        private static partial void Allowed(
            ILogger logger, AdmissionPhase phase, string uid, string @namespace, string user, TransitionKind transition, bool dryRun, string from, string to);
    }
}
