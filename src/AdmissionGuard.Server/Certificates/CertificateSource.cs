using System.Diagnostics.CodeAnalysis;
using AdmissionGuard.Kubernetes.Infrastructure;

namespace AdmissionGuard.Server.Certificates;

/// <summary>Where a certificate comes from: files or a Secret. If the newest is invalid, the last valid one stays in use.</summary>
/// <param name="what">What comes from there, for messages.</param>
internal sealed partial class CertificateSource(string what)
{
    private LastKnownGood<string, string> _inUse = new();

    /// <summary>What comes from there.</summary>
    public string What => what;

    /// <summary>Why the newest is not in use; <see langword="null"/> if it is.</summary>
    public string? Rejected => _inUse.Rejected;

    /// <summary>Records what was read at the start.</summary>
    public void StartWith(string description, string fingerprint) => _inUse = new(description, fingerprint);

    /// <summary>Records that there is nothing to read.</summary>
    public void Reject(string why) => _inUse.Reject(why);

    /// <summary>Puts the newest in use if it changed. Call it from one thread at a time.</summary>
    /// <param name="fingerprint">The fingerprint of the newest.</param>
    /// <param name="apply">Puts it in use and returns its description; throws if it is invalid.</param>
    /// <param name="logger">Where changes and errors are logged.</param>
    /// <returns>The result.</returns>
    public ReloadResult Reload(string fingerprint, Func<string> apply, ILogger logger)
    {
        var result = _inUse.Reload(fingerprint, () => Attempt(apply));
        if (result is ReloadResult.Applied)
        {
            Log.Applied(logger, what, _inUse.Value!);
        }
        else if (result is ReloadResult.Refused)
        {
            Log.Refused(logger, what, Rejected!);
        }

        return result;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a file makes a parser throw, it is a reason not to use the file.")]
    private static ReloadAttempt<string, string> Attempt(Func<string> apply)
    {
        try
        {
            return new(apply(), null);
        }
        catch (Exception e)
        {
            return new(null, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(60, LogLevel.Information, "The {What} is in force: {Told}")]
        public static partial void Applied(ILogger logger, string what, string told);

        [LoggerMessage(61, LogLevel.Error, "The {What} changed and can't be used, the one before stays: {Why}")]
        public static partial void Refused(ILogger logger, string what, string why);
    }
}
