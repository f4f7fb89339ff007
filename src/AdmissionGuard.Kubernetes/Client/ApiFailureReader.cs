using System.Net.Sockets;
using System.Text.Json;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes.Credentials;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace AdmissionGuard.Kubernetes.Client;

/// <summary>Converts exceptions of a call to failures.</summary>
internal static class ApiFailureReader
{
    /// <summary>Converts an exception.</summary>
    /// <param name="e">The exception.</param>
    /// <param name="server">The API server with its address.</param>
    public static ApiFailure Of(Exception e, string server)
    {
        var kind = KindOf(e);
        return new ApiFailure(kind, e is HttpRequestException { StatusCode: { } status } ? (int)status : 0)
        {
            Server = server,
            Detail = e is AnswerTooLargeException tooLarge ? tooLarge.Limit : kind is ApiFailureKind.Unexpected ? e.GetType().Name : "",
            Cause = kind is ApiFailureKind.Unreachable ? CauseOf(e) : kind is ApiFailureKind.Credentials ? e.Message : "",
        };
    }

    /// <summary>The innermost exception of another.</summary>
    public static Exception Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        return e;
    }

    private static ApiFailureKind KindOf(Exception e) => e switch
    {
        // The proxy's answer to CONNECT is not the API server's, and users must not see its address.
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
        HttpRequestError.SecureConnectionError =>
            $"TLS connection failed, its certificate may be the cause: {Innermost(e).Message.ReplaceLineEndings(" ")}",
        HttpRequestError.ConnectionError when Innermost(e) is SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
            "connection refused",
        _ => Innermost(e).Message.ReplaceLineEndings(" "),
    };
}
