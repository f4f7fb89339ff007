using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace AdmissionGuard.Server.Certificates;

/// <summary>The certificate in use. Each connection keeps the one that it was made with.</summary>
internal sealed class ServingCertificates
{
    private readonly Lock _writing = new();
    private RejectedClientCertificates? _refusals;
    private ClientCertificateValidator? _clients;
    private InForce? _current;

    /// <summary>The pair in use; <see langword="null"/> while there was none yet.</summary>
    public CertificatePair? Pair => Volatile.Read(ref _current)?.Pair;

    /// <summary>The options of a handshake.</summary>
    /// <param name="client">The address of the client, for the log.</param>
    /// <exception cref="AuthenticationException">There was no certificate yet.</exception>
    public SslServerAuthenticationOptions TlsOptions(IPAddress client) => Volatile.Read(ref _current) switch
    {
        { Clients: { } clients } current => ForClients(OptionsOf(current.Pair), clients, client),
        { Tls: var tls } => tls,
        _ => throw new AuthenticationException("there is no serving certificate yet"),
    };

    /// <summary>Why the API server can't be served at a time; <see langword="null"/> if it can.</summary>
    public string? Trouble(DateTimeOffset now) => Pair switch
    {
        null => "there is no serving certificate yet",
        { Validity: var validity } when !validity.Covers(now) => "the serving certificate has expired, or is not valid yet",
        _ => null,
    };

    /// <summary>Puts a pair in use.</summary>
    public void Serve(CertificatePair pair)
    {
        lock (_writing)
        {
            Volatile.Write(ref _current, new InForce(pair, OptionsOf(pair), _clients));
        }
    }

    /// <summary>Sets the recorder of refused clients.</summary>
    public void SetRefusals(RejectedClientCertificates refusals) => Volatile.Write(ref _refusals, refusals);

    /// <summary>Sets the validator of clients.</summary>
    public void SetClients(ClientCertificateValidator clients)
    {
        lock (_writing)
        {
            _clients = clients;
            if (_current is { } current)
            {
                Volatile.Write(ref _current, current with { Clients = clients });
            }
        }
    }

    private static SslServerAuthenticationOptions OptionsOf(CertificatePair pair) => new()
    {
        ServerCertificateContext = pair.Context,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        // The API server speaks HTTP/1.1 to webhooks. HTTP/2 would let one connection carry a hundred requests.
        ApplicationProtocols = [SslApplicationProtocol.Http11],
    };

    /// <summary>Requires a certificate of the client. The options are those of one connection: only so its address is known.</summary>
    private SslServerAuthenticationOptions ForClients(
        SslServerAuthenticationOptions options, ClientCertificateValidator clients, IPAddress client)
    {
        options.ClientCertificateRequired = true;
        options.RemoteCertificateValidationCallback = (_, certificate, chain, _) => Accepts(clients, certificate, chain, client);
        // A resumed session might have been accepted by a previous authority.
        options.AllowTlsResume = false;
        return options;
    }

    private bool Accepts(ClientCertificateValidator clients, X509Certificate? certificate, X509Chain? shown, IPAddress client)
    {
        if (clients.Refusal(certificate, shown) is not { } why)
        {
            return true;
        }

        Volatile.Read(ref _refusals)?.Count(why, certificate as X509Certificate2, client);
        return false;
    }

    private sealed record InForce(CertificatePair Pair, SslServerAuthenticationOptions Tls, ClientCertificateValidator? Clients);
}
