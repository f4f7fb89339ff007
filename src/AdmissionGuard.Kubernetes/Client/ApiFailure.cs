using System.Net.Sockets;
using System.Text.Json;
using AdmissionGuard.Kubernetes.Credentials;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace AdmissionGuard.Kubernetes.Client;

/// <summary>The ways in which a call can fail.</summary>
public enum ApiFailureKind
{
    /// <summary>An unexpected error.</summary>
    Unexpected,

    /// <summary>The API server answered with 429 or 5xx, or did not accept the credentials.</summary>
    Answered,

    /// <summary>The API server was not reached, or the connection broke.</summary>
    Unreachable,

    /// <summary>The API server did not answer in time.</summary>
    TimedOut,

    /// <summary>The circuit is open: calls fail immediately.</summary>
    CircuitOpen,

    /// <summary>The answer is not the JSON that it should be.</summary>
    Unreadable,

    /// <summary>The answer is too long.</summary>
    TooLarge,

    /// <summary>The credentials can't be used.</summary>
    Credentials,
}

/// <summary>Why a call failed.</summary>
/// <param name="Kind">In which way.</param>
/// <param name="Words">In a few words, for messages.</param>
public sealed record ApiFailure(ApiFailureKind Kind, string Words)
{
    /// <summary>Explains a failure.</summary>
    /// <param name="e">What was thrown.</param>
    /// <param name="server">The name of the API server. Only the operator of the program learns its address.</param>
    /// <param name="isForOperator">Whether the message is for the operator of the program, and so contains the cause.</param>
    internal static ApiFailure Of(Exception e, string server, bool isForOperator)
    {
        var kind = KindOf(e);
        return new ApiFailure(kind, kind switch
        {
            ApiFailureKind.Answered or ApiFailureKind.TooLarge => e.Message,
            ApiFailureKind.Unreachable => $"{server} is unreachable{(isForOperator ? $": {CauseOf(e)}" : "")}",
            ApiFailureKind.CircuitOpen => $"{server} is unreachable",
            ApiFailureKind.TimedOut => $"{server} did not answer in time",
            ApiFailureKind.Unreadable => "the API server's response is invalid",
            ApiFailureKind.Credentials => isForOperator ? e.Message : "the guard's credentials are invalid",
            _ => $"the call failed ({e.GetType().Name})",
        });
    }

    /// <summary>The exception that is at the bottom of another.</summary>
    internal static Exception Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        return e;
    }

    private static ApiFailureKind KindOf(Exception e) => e switch
    {
        // The proxy's answer to CONNECT is not the API server's, and users must not learn its address.
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => ApiFailureKind.Unreachable,
        HttpRequestException { StatusCode: not null } => ApiFailureKind.Answered,
        HttpRequestException or IOException => ApiFailureKind.Unreachable,
        BrokenCircuitException => ApiFailureKind.CircuitOpen,
        TimeoutRejectedException or OperationCanceledException => ApiFailureKind.TimedOut,
        JsonException => ApiFailureKind.Unreadable,
        AnswerTooLargeException => ApiFailureKind.TooLarge,
        ConnectionSourceException => ApiFailureKind.Credentials,
        _ => ApiFailureKind.Unexpected,
    };

    private static string CauseOf(Exception e) => (e as HttpRequestException)?.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "its name can't be resolved (DNS)",
        HttpRequestError.SecureConnectionError => $"TLS connection failed, its certificate may be the cause: {Innermost(e).Message.ReplaceLineEndings(" ")}",
        HttpRequestError.ConnectionError when Innermost(e) is SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
        _ => Innermost(e).Message.ReplaceLineEndings(" "),
    };
}
