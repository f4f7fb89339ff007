using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes.Telemetry;

namespace AdmissionGuard.Server.Certificates;

/// <summary>Counts refused clients, and logs one now and then: Kestrel does not report failed handshakes.</summary>
internal sealed partial class RejectedClientCertificates
{
    /// <summary>It showed no certificate.</summary>
    public const string None = "none";

    /// <summary>Its certificate is not of the authority, not valid now, or not one for clients.</summary>
    public const string Authority = "authority";

    /// <summary>Its certificate bears none of the names.</summary>
    public const string Name = "name";

    private readonly Counter<long> _refused;
    private readonly LogThrottle _throttle;
    private readonly ILogger _logger;

    public RejectedClientCertificates(IMeterFactory meters, TimeProvider time, ILogger<RejectedClientCertificates> logger)
    {
        _refused = Instruments.ClientCertificatesRefused.Create(meters);
        _throttle = new LogThrottle(time, TimeSpan.FromSeconds(10));
        _logger = logger;
    }

    /// <summary>Counts one.</summary>
    /// <param name="why">One of the words above.</param>
    /// <param name="certificate">The certificate that it presented.</param>
    /// <param name="address">Its address, for the log.</param>
    public void Count(string why, X509Certificate2? certificate, IPAddress address)
    {
        _refused.Add(1, Tags.ClientCertificateError.With(why));
        if (_logger.IsEnabled(LogLevel.Warning) && _throttle.IsDue())
        {
            Log.Refused(_logger, address.ToString(), why, Describe(why, certificate));
        }
    }

    private static string Describe(string why, X509Certificate2? certificate) => why switch
    {
        None => "it presented no certificate",
        Name => $"its certificate is for {NamesOf(certificate)}, which --client-name does not list",
        _ =>
            $"its certificate, for {NamesOf(certificate)}, is not signed by an authority of --client-ca, not valid now, or not a client "
                + "certificate",
    };

    // Clients control them.
    private static string NamesOf(X509Certificate2? certificate)
    {
        try
        {
            return certificate is not null && ClientCertificateValidator.NamesOf(certificate).ToList() is { Count: > 0 } names
                ? MessageText.List(names)
                : "no name";
        }
        catch (CryptographicException)
        {
            return "an unreadable name";
        }
    }

    private static partial class Log
    {
        [LoggerMessage(64, LogLevel.Warning, "Client {Address} refused ({Why}): {Words}; repetitions are not logged for 10 s")]
        public static partial void Refused(ILogger logger, string address, string why, string words);
    }
}
