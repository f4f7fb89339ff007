using AdmissionGuard.Server.Infrastructure;

namespace AdmissionGuard.Server.Certificates;

/// <summary>Takes up what is offered where it can be used; else the one before stays.</summary>
/// <param name="what">What is taken up, for messages.</param>
internal sealed partial class LastKnownGood(string what)
{
    private string? _inForce;
    private string? _refused;
    private string? _rejected;

    /// <summary>What it is.</summary>
    public string What => what;

    /// <summary>Why the newest is not in force; <see langword="null"/> where it is.</summary>
    public string? Rejected => Volatile.Read(ref _rejected);

    /// <summary>Says what was taken up at the start.</summary>
    public void StartWith(string fingerprint) => _inForce = fingerprint;

    /// <summary>Says why there is nothing to take up.</summary>
    public void Lack(string why) => Volatile.Write(ref _rejected, why);

    /// <summary>Looks at what is offered. Not to be called twice at a time.</summary>
    /// <param name="fingerprint">Tells whether it is another than before.</param>
    /// <param name="apply">Puts it in force, and tells what it is; throws <see cref="ServingCertificateException"/> where it can't be used.</param>
    /// <param name="logger">Is told of changes.</param>
    /// <returns>Whether it changed, and what came of it.</returns>
    public ReloadResult Consider(string fingerprint, Func<string> apply, ILogger logger)
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
            // Looked at again each time, since one that is not valid yet becomes so by waiting; but told once.
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
        [LoggerMessage(60, LogLevel.Information, "The {What} is in force: {Told}")]
        public static partial void Applied(ILogger logger, string what, string told);

        [LoggerMessage(61, LogLevel.Error, "The {What} changed and can't be used, the one before stays: {Why}")]
        public static partial void Refused(ILogger logger, string what, string why);
    }
}
