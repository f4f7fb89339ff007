using System.Collections.Concurrent;
using AdmissionGuard.Core;
using Microsoft.Extensions.Logging;
using Polly.Timeout;

namespace AdmissionGuard.Kubernetes.Connections;

/// <summary>Logs the causes of failed calls: one line in ten seconds for each call and kind of failure, however many fail.</summary>
internal sealed partial class ApiFailureLog(ILogger logger, TimeProvider time)
{
    /// <summary>How long nothing more is logged of a call and a kind of failure after something was.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(string Call, ApiFailureKind Kind), Seldom> _told = new();

    public void Tell(ApiCall call, string server, ApiFailure failure, Exception e)
    {
        if (!_told.GetOrAdd((call.Name, failure.Kind), static (_, time) => new Seldom(time, Pause), time).IsDue())
        {
            return;
        }

        if (failure.Kind is ApiFailureKind.Unexpected)
        {
            Log.Unexpected(logger, call.Name, server, e);
            return;
        }

        // Of these the outer message says more than the inner one.
        var cause = e is ConnectionSourceException or TimeoutRejectedException ? e : ApiFailure.Innermost(e);
        Log.Failed(logger, call.Name, server, failure.Kind, cause.GetType().Name, Text.Cause(cause.Message));
    }

    private static partial class Log
    {
        [LoggerMessage(30, LogLevel.Warning, "Call {Call} to {Server} failed ({Kind}): {ExceptionType}: {Cause}; repetitions are not logged for 10 s")]
        public static partial void Failed(ILogger logger, string call, string server, ApiFailureKind kind, string exceptionType, string cause);

        [LoggerMessage(33, LogLevel.Error, "Call {Call} to {Server} failed with an unexpected error; repetitions are not logged for 10 s")]
        public static partial void Unexpected(ILogger logger, string call, string server, Exception e);
    }
}
