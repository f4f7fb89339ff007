using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AdmissionGuard.Kubernetes.Credentials;

/// <summary>
/// The credentials that a plugin gives, requested again shortly before they expire: one run at a time, in the background while the old ones
/// are valid.
/// </summary>
internal sealed class ExecCredentials : IApiCredentials
{
    // A rejected token may be rejected permanently, and a failing plugin may fail again immediately.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly ExecPlugin _plugin;
    private readonly TimeProvider _time;
    private Given _given;
    private DateTimeOffset _certificateDue;
    private (ConnectionSourceException Why, DateTimeOffset At)? _failure;
    private string? _untold;
    private Task<Given>? _running;

    private ExecCredentials(ExecPlugin plugin, TimeProvider time, Given given)
    {
        (_plugin, _time, _given) = (plugin, time, given);
        First = given.Status;
        _certificateDue = First.ClientCertificateData is { Length: > 0 } ? given.RefreshAt : DateTimeOffset.MaxValue;
    }

    /// <summary>The plugin's first answer.</summary>
    public ExecStatusDto First { get; }

    /// <inheritdoc />
    public bool IsConnectionDue
    {
        get
        {
            lock (_lock)
            {
                return _time.GetUtcNow() >= _certificateDue;
            }
        }
    }

    /// <summary>Runs the plugin for the first time, so that errors are reported at the start.</summary>
    /// <exception cref="ConnectionSourceException">It returned no valid credentials.</exception>
    public static ExecCredentials Open(ExecPlugin plugin, TimeProvider time) =>
        // At the start, and by the refresher: no request waits for this thread.
        new(plugin, time, Task.Run(() => RunAsync(plugin, time)).GetAwaiter().GetResult());

    /// <inheritdoc />
    public async ValueTask<AuthenticationHeaderValue?> HeaderAsync(CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(First.Token))
        {
            // It identifies the user by a certificate, which is the connection's.
            return null;
        }

        Task<Given>? running = null;
        Given given;
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            given = _given;
            if (now >= given.RefreshAt)
            {
                var isSoonAfterFailure = _failure is { } failure && now < failure.At + Pause;
                _running ??= isSoonAfterFailure ? null : RefreshAsync();
                // Until it expires, the old one does.
                running = now < given.ExpiresAt ? null : _running ?? throw _failure!.Value.Why;
            }
        }

        if (running is not null)
        {
            given = await running.WaitAsync(cancellation);
        }

        return given.Status.Token is { Length: > 0 } token ? BearerToken.Header(token)
            : throw new ConnectionSourceException($"credential plugin '{_plugin.Command}': it no longer returns a token");
    }

    /// <inheritdoc />
    public bool Reject(AuthenticationHeaderValue? rejected)
    {
        lock (_lock)
        {
            if (rejected?.Parameter is { } token && token != _given.Status.Token)
            {
                // Another request has led to a newer one meanwhile.
                return true;
            }

            if (_time.GetUtcNow() < _given.At + Pause)
            {
                return false;
            }

            _certificateDue = _certificateDue < DateTimeOffset.MaxValue ? DateTimeOffset.MinValue : _certificateDue;

            _given = _given with { RefreshAt = DateTimeOffset.MinValue, ExpiresAt = DateTimeOffset.MinValue };
            return true;
        }
    }

    /// <inheritdoc />
    public string? TakeFailure()
    {
        lock (_lock)
        {
            var failure = _untold;
            _untold = null;
            return failure;
        }
    }

    private async Task<Given> RefreshAsync()
    {
        // Off the caller's thread and out of the lock.
        await Task.Yield();
        try
        {
            var given = await RunAsync(_plugin, _time);
            lock (_lock)
            {
                (_failure, _untold) = (null, null);
                return _given = given;
            }
        }
        catch (ConnectionSourceException e)
        {
            lock (_lock)
            {
                _failure = (e, _time.GetUtcNow());
                // After the old credentials have expired, the call itself reports the failure.
                _untold = e.Message;
            }

            throw;
        }
        finally
        {
            lock (_lock)
            {
                _running = null;
            }
        }
    }

    private static async Task<Given> RunAsync(ExecPlugin plugin, TimeProvider time)
    {
        var status = await plugin.RunAsync(CancellationToken.None);
        var (now, expiry) = (time.GetUtcNow(), status.ExpirationTimestamp
            ?? ExpiryOf(plugin, status.ClientCertificateData)
            ?? DateTimeOffset.MaxValue);
        // Of a short life, the last tenth.
        var margin = expiry <= now ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(Margin.Ticks, (expiry - now).Ticks / 10));
        return new Given(status, now, expiry - margin, expiry);
    }

    private static DateTimeOffset? ExpiryOf(ExecPlugin plugin, string? pem)
    {
        if (string.IsNullOrEmpty(pem))
        {
            return null;
        }

        try
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
        }
        catch (CryptographicException e)
        {
            throw new ConnectionSourceException($"credential plugin '{plugin.Command}': its client certificate can't be read", e);
        }
    }

    private sealed record Given(ExecStatusDto Status, DateTimeOffset At, DateTimeOffset RefreshAt, DateTimeOffset ExpiresAt);
}
