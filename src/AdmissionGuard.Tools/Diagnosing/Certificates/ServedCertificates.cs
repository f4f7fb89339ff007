using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Server.Certificates;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Certificates;

/// <summary>Finds the certificate that is served: by a connection if there is an address, or else in the Secret.</summary>
/// <param name="context">The cluster.</param>
internal sealed class ServedCertificates(DoctorContext context)
{
    /// <summary>Why there is no certificate if its Secret does not exist.</summary>
    public const string NoSecret = "its Secret was not found";

    /// <summary>The name that the API server calls a webhook by, and looks for in the certificate.</summary>
    public static string HostOf(RegisteredWebhook webhook)
    {
        var client = webhook.Node.At("clientConfig");
        return client.At("url").Text() is { } url && Uri.TryCreate(url, UriKind.Absolute, out var at)
            ? at.Host.Trim('[', ']')
            : $"{client.At("service", "name").Text()}.{client.At("service", "namespace").Text()}.svc";
    }

    /// <returns>The certificate; <see langword="null"/> and why not, where it could not be read.</returns>
    public async Task<(ServingCertificate? Served, string WhyNot)> FindAsync(RegisteredWebhook webhook)
    {
        var host = HostOf(webhook);
        return context.Options.Endpoint is { } endpoint ? await ConnectAsync(TlsAddress.Parse(endpoint)!, host)
            : webhook.Node.At("clientConfig", "url").Text() is { } url
                && Uri.TryCreate(url, UriKind.Absolute, out var at) ? await ConnectAsync(new TlsAddress(host, at.Port), host)
            : await ReadSecretAsync();
    }

    private async Task<(ServingCertificate? Served, string WhyNot)> ReadSecretAsync()
    {
        var installation = await context.Installation;
        var secret = await context.Reader.GetAsync(
            $"api/v1/namespaces/{Uri.EscapeDataString(installation.Namespace)}/secrets/{Uri.EscapeDataString(installation.Secret)}");
        return secret switch
        {
            ReadResult<JsonObject>.Found read when CaBundle.Of(read.Value, "tls.crt") is { Count: > 0 } chain =>
                (new ServingCertificate($"in Secret {installation.Secret}", [.. chain]) { InvalidReason = WhyInvalid(read.Value) }, ""),
            ReadResult<JsonObject>.Found => (null, $"Secret {installation.Secret} has no certificate in tls.crt"),
            ReadResult<JsonObject>.NotFound { IsServed: true } => (null, NoSecret),
            _ => (null, $"Secret {installation.Secret}: {UnreadText.WhyOf(secret)}"),
        };
    }

    /// <summary>Reads both like the guard, with the same errors.</summary>
    private static string? WhyInvalid(JsonObject secret)
    {
        if (CaBundle.Text(secret, "tls.key") is not { Length: > 0 } key)
        {
            return "it has no key in tls.key";
        }

        try
        {
            using var certificate = CertificatePair.Read(CaBundle.Text(secret, "tls.crt")!, key).Certificate;
            return null;
        }
        catch (ServingCertificateException e)
        {
            return e.Message;
        }
    }

    private async Task<(ServingCertificate? Served, string WhyNot)> ConnectAsync(TlsAddress address, string host)
    {
        List<X509Certificate2> chain = [];
        using var deadline = new Deadline(
            context.Time,
            context.Options.RequestTimeout is { Ticks: > 0 } limit ? limit : Deadline.Longest,
            context.Cancellation);
        try
        {
            using var tcp = new TcpClient();
            await tcp.ConnectAsync(address.Host, address.Port, deadline.Token);
            await using var tls = new SslStream(tcp.GetStream());
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = host,
                    // It is checked afterwards: a bad one is what is looked for. Nothing is sent over it.
                    RemoteCertificateValidationCallback = (_, leaf, given, _) => Collect(chain, leaf, given),
                },
                deadline.Token);
        }
        // Without a client certificate the connection may end after this, and the certificate is known all the same.
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or OperationCanceledException
            && !deadline.IsCallerGone)
        {
            if (chain is [])
            {
                return (null, $"{address.Host}:{address.Port} can't be reached over TLS: "
                    + $"{(e is OperationCanceledException ? "no answer in time" : e.Message.ReplaceLineEndings(" "))}");
            }
        }

        return (new ServingCertificate($"of {address.Host}:{address.Port}", chain), "");
    }

    private static bool Collect(List<X509Certificate2> chain, X509Certificate? leaf, X509Chain? given)
    {
        if (leaf is not null)
        {
            chain.Add(X509CertificateLoader.LoadCertificate(leaf.GetRawCertData()));
            chain.AddRange((given?.ChainPolicy.ExtraStore ?? []).Select(each => X509CertificateLoader.LoadCertificate(each.RawData)));
        }

        return true;
    }
}
