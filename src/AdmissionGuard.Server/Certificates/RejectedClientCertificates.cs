using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AdmissionGuard.Core;
using AdmissionGuard.Server.Telemetry;

namespace AdmissionGuard.Server.Certificates;

/// <summary>Counts the clients that are not talked to, and tells of one now and then: Kestrel keeps a handshake that failed to itself.</summary>
internal sealed partial class RejectedClientCertificates
{
    /// <summary>It showed no certificate.</summary>
    public const string None = "none";

    /// <summary>Its certificate is not of the authority, not valid now, or not one for clients.</summary>
    public const string Authority = "authority";

    /// <summary>Its certificate bears none of the names.</summary>
    public const string Name = "name";

    private readonly Counter<long> _refused;
    private readonly LogThrottle _told;
    private readonly ILogger _logger;

    public RejectedClientCertificates(IMeterFactory meters, TimeProvider time, ILogger<RejectedClientCertificates> logger)
    {
        _refused = meters.Create(Instruments.MeterName).CreateCounter<long>(
            "admissionguard.client.certificates.refused", "{connection}", "Connections that were refused for the client certificate that they showed, or did not show.");
        _told = new LogThrottle(time, TimeSpan.FromSeconds(10));
        _logger = logger;
        // From the start, so that the first one shows as a growth.
        foreach (var why in new[] { None, Authority, Name })
        {
            Add(0, why);
        }
    }

    /// <summary>Counts one.</summary>
    /// <param name="why">One of the words above.</param>
    /// <param name="certificate">What it showed.</param>
    public void Count(string why, X509Certificate2? certificate)
    {
        Add(1, why);
        if (_logger.IsEnabled(LogLevel.Warning) && _told.IsDue())
        {
            Log.Refused(_logger, why, Describe(why, certificate));
        }
    }

    private static string Describe(string why, X509Certificate2? certificate) => why switch
    {
        None => "it shows no certificate",
        Name => $"its certificate is for {NamesOf(certificate)}, none of them among --client-name",
        _ => $"its certificate, for {NamesOf(certificate)}, is not of the authority in --client-ca, not valid now, or not one for clients",
    };

    // Whoever reaches the port chooses them.
    private static string NamesOf(X509Certificate2? certificate)
    {
        try
        {
            return certificate is not null && ClientCertificateValidator.NamesOf(certificate).ToList() is { Count: > 0 } names ? MessageText.List(names) : "nobody";
        }
        catch (CryptographicException)
        {
            return "nobody that can be read";
        }
    }

    private void Add(long count, string why) => _refused.Add(count, new KeyValuePair<string, object?>("why", why));

    private static partial class Log
    {
        [LoggerMessage(64, LogLevel.Warning, "A client is refused ({Why}): {Words}")]
        public static partial void Refused(ILogger logger, string why, string words);
    }
}
