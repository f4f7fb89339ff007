using System.Net.Http.Headers;

namespace AdmissionGuard.Kubernetes.Credentials;

/// <summary>A bearer token in a file, as kubelet mounts and replaces them: read again after a while, and when it is not accepted.</summary>
/// <remarks>Source: client-go, <c>transport/token_source.go</c>.</remarks>
internal sealed class TokenFileCredentials : IApiCredentials
{
    /// <summary>How long a token is used before the file is read again.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(50);

    private readonly Lock _lock = new();
    private readonly string _file;
    private readonly TimeProvider _time;
    private string _token;
    private DateTimeOffset _readAt;
    private string? _failure;

    private TokenFileCredentials(string file, string token, DateTimeOffset readAt, TimeProvider time) =>
        (_file, _token, _readAt, _time) = (file, token, readAt, time);

    public bool IsConnectionDue => false;

    /// <summary>Reads the file for the first time.</summary>
    /// <param name="file">The file.</param>
    /// <param name="token">What is used where the file can't be read; empty for nothing.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ConnectionSourceException">It can't be read, and there is no other token.</exception>
    public static TokenFileCredentials Open(string file, string token, TimeProvider time)
    {
        try
        {
            return new TokenFileCredentials(file, Read(file), time.GetUtcNow(), time);
        }
        catch (ConnectionSourceException) when (token.Length > 0)
        {
            return new TokenFileCredentials(file, token, DateTimeOffset.MinValue, time);
        }
    }

    public ValueTask<AuthenticationHeaderValue?> HeaderAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_time.GetUtcNow() - _readAt >= Period)
            {
                ReadAgain();
            }

            return ValueTask.FromResult<AuthenticationHeaderValue?>(BearerToken.Header(_token));
        }
    }

    public bool Reject(AuthenticationHeaderValue? rejected)
    {
        lock (_lock)
        {
            ReadAgain();
            return _token != rejected?.Parameter;
        }
    }

    public string? TakeFailure()
    {
        lock (_lock)
        {
            var failure = _failure;
            _failure = null;
            return failure;
        }
    }

    private void ReadAgain()
    {
        try
        {
            _token = Read(_file);
            _readAt = _time.GetUtcNow();
            _failure = null;
        }
        catch (ConnectionSourceException e)
        {
            // The token of before may still be good; the next request looks again.
            _failure = e.Message;
        }
    }

    private static string Read(string file)
    {
        try
        {
            var token = BoundedText.ReadFile(file).Trim();
            return token.Length == 0
                ? throw new ConnectionSourceException($"token file {file} is empty")
                : BearerToken.Header(token).Parameter!;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConnectionSourceException($"token file {file} can't be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
