using System.Net;
using System.Security.Cryptography;

namespace AdmissionGuard.Kubernetes.Client;

/// <summary>Which failures of an attempt are worth another one, and when.</summary>
/// <param name="time">The clock that a date in <c>Retry-After</c> is compared with.</param>
internal sealed class ApiServerRetry(TimeProvider time)
{
    /// <summary>The most attempts that follow on the first one: a failing API server must not be called without limit.</summary>
    public const int MaxRetries = 3;

    // 100 ms, 300 ms and 900 ms, each a quarter more or less, so that callers that failed together spread.
    private const int FirstPauseMilliseconds = 100;
    private const int PauseFactor = 3;
    private const int JitterPercent = 25;

    /// <summary>How long to wait until the next attempt.</summary>
    /// <param name="e">How the last attempt failed.</param>
    /// <param name="isRead">Whether the call changes nothing.</param>
    /// <param name="failures">How many attempts failed so far, from 1.</param>
    /// <param name="remaining">The time until the deadline.</param>
    /// <returns>The pause; <see langword="null"/> if no further attempt must be made.</returns>
    public TimeSpan? PauseAfter(Exception e, bool isRead, int failures, TimeSpan remaining)
    {
        if (failures > MaxRetries || !(isRead ? e is HttpRequestException or IOException : IsNotProcessed(e)))
        {
            return null;
        }

        var pause = FirstPauseMilliseconds * Math.Pow(PauseFactor, failures - 1) * RandomNumberGenerator.GetInt32(
            100 - JitterPercent, 101 + JitterPercent) / 100;
        var asked = (e as RetryableAnswerException)?.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => TimeSpan.Zero,
        };
        var longer = TimeSpan.FromMilliseconds(Math.Max(pause, asked.TotalMilliseconds));
        return longer < remaining ? longer : null;
    }

    /// <summary>Whether the API server surely did nothing: it was never sent the request, or says itself that it left it alone.</summary>
    /// <remarks>
    /// A 5xx may come after the object was stored, with <c>Retry-After</c> too (etcd timed out), and a reset at any time.
    /// </remarks>
    private static bool IsNotProcessed(Exception e) => e is HttpRequestException
    {
        StatusCode: HttpStatusCode.TooManyRequests or HttpStatusCode.Unauthorized
    }
    or HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError
            or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError
    };
}
