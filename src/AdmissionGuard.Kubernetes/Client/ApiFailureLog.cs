using System.Collections.Concurrent;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes.Credentials;
using Microsoft.Extensions.Logging;
using Polly.Timeout;

namespace AdmissionGuard.Kubernetes.Client;

/// <summary>Logs the causes of failed calls: one line in ten seconds for each call and kind of failure, however many fail.</summary>
internal sealed partial class ApiFailureLog(ILogger logger, TimeProvider time)
{
    /// <summary>How long nothing more is logged of a call and a kind of failure after something was.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(string Call, ApiFailureKind Kind), LogThrottle> _throttles = new();

    /// <summary>Logs a cause, where that is due.</summary>
    /// <param name="call">The call.</param>
    /// <param name="proxy">The proxy on the way, as <see cref="ApiServerConnection.Proxy"/> has it.</param>
    /// <param name="failure">The failure.</param>
    /// <param name="e">The cause.</param>
    public void Tell(ApiCall call, string proxy, ApiFailure failure, Exception e)
    {
        if (!_throttles.GetOrAdd((call.Name, failure.Kind), static (_, time) => new LogThrottle(time, Pause), time).IsDue())
        {
            return;
        }

        if (failure.Kind is ApiFailureKind.Unexpected)
        {
            Log.Unexpected(logger, call.Name, proxy, e);
            return;
        }

        // Of these the outer message says more than the inner one.
        var cause = e is ConnectionSourceException or TimeoutRejectedException ? e : ApiFailureReader.Innermost(e);
        Log.Failed(logger, call.Name, proxy, failure.Kind, cause.GetType().Name, MessageText.Cause(cause.Message));
    }

    private static partial class Log
    {
        [LoggerMessage(
            30,
            LogLevel.Warning,
            "API server call {Call}{Proxy} failed ({Kind}): {ExceptionType}: {Cause}; repetitions are not logged for 10 s")]
        public static partial void Failed(
            ILogger logger, string call, string proxy, ApiFailureKind kind, string exceptionType, string cause);

        [LoggerMessage(
            33, LogLevel.Error, "API server call {Call}{Proxy} failed with an unexpected error; repetitions are not logged for 10 s")]
        public static partial void Unexpected(ILogger logger, string call, string proxy, Exception e);
    }
}
