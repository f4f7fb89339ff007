using AdmissionGuard.Server.Infrastructure;

namespace AdmissionGuard.Server.Certificates;

/// <summary>Applies new content if it is valid; otherwise keeps the last known good one.</summary>
/// <param name="what">The name of the content, for messages.</param>
internal sealed partial class LastKnownGood(string what)
{
    private string? _inForce;
    private string? _refused;
    private string? _rejected;

    /// <summary>What it is.</summary>
    public string What => what;

    /// <summary>Why the newest is not in use; <see langword="null"/> if it is.</summary>
    public string? Rejected => Volatile.Read(ref _rejected);

    /// <summary>Logs what was applied at the start.</summary>
    public void StartWith(string fingerprint) => _inForce = fingerprint;

    /// <summary>Sets the reason why there is no content.</summary>
    public void MarkMissing(string why) => Volatile.Write(ref _rejected, why);

    /// <summary>Checks for new content. Not safe for concurrent use.</summary>
    /// <param name="fingerprint">Identifies the content, to detect changes.</param>
    /// <param name="apply">Puts it in use, and returns a description; throws <see cref="ServingCertificateException"/> if it is invalid.</param>
    /// <param name="logger">Logs changes.</param>
    /// <returns>Whether it changed, and the result.</returns>
    public ReloadResult Update(string fingerprint, Func<string> apply, ILogger logger)
    {
        if (fingerprint == _inForce && Rejected is null)
        {
            return ReloadResult.Same;
        }

        try
        {
            var told = apply();
            (_inForce, _refused) = (fingerprint, null);
            Volatile.Write(ref _rejected, null);
            Log.Applied(logger, what, told);
            return ReloadResult.Applied;
        }
        catch (ServingCertificateException e)
        {
            // Checked again each time, because a certificate can become valid later; but logged only once.
            Volatile.Write(ref _rejected, e.Message);
            if (fingerprint == _refused)
            {
                return ReloadResult.Same;
            }

            _refused = fingerprint;
            Log.Refused(logger, what, e.Message);
            return ReloadResult.Refused;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(60, LogLevel.Information, "The {What} is in use: {Told}")]
        public static partial void Applied(ILogger logger, string what, string told);

        [LoggerMessage(61, LogLevel.Error, "The {What} changed and can't be loaded; the previous one remains in use: {Why}")]
        public static partial void Refused(ILogger logger, string what, string why);
    }
}
