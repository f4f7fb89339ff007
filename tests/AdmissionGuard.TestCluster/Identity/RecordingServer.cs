using System.Collections.Concurrent;
using System.Net.Security;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace AdmissionGuard.TestCluster.Identity;

/// <summary>Stands for an API server with any certificate: answers what a client asks first, and remembers who asked.</summary>
public sealed class RecordingServer : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Answers = new(StringComparer.Ordinal)
    {
        ["/version"] = """{"major":"1","minor":"36","gitVersion":"v1.36.0"}""",
        ["/api/v1/namespaces"] = """{"apiVersion":"v1","kind":"NamespaceList","metadata":{},"items":[]}""",
        ["/api/v1/namespaces/billing"] = """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"billing"}}""",
        ["/apis/capsule.clastix.io/v1beta2/tenants"] =
            """{"apiVersion":"capsule.clastix.io/v1beta2","kind":"TenantList","metadata":{"resourceVersion":"1"},"items":[]}""",
        ["/apis/authorization.k8s.io/v1/subjectaccessreviews"] = """{"kind":"SubjectAccessReview","status":{"allowed":true}}""",
        ["/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"] = """{"kind":"SelfSubjectAccessReview","status":{"allowed":true}}""",
    };

    private StubServer _server = null!;
    private int _connections;

    private RecordingServer()
    {
    }

    /// <summary>Its port of loopback.</summary>
    public int Port => _server.Url.Port;

    /// <summary>How many connections were opened to it, whatever came of them.</summary>
    public int Connections => _connections;

    /// <summary>The requests that it received.</summary>
    public ConcurrentQueue<RecordedRequest> Requests { get; } = [];

    /// <summary>Starts it.</summary>
    /// <param name="certificate">Its certificate, and what it sends along; <see langword="null"/> for plain HTTP.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <returns>The listening server.</returns>
    public static async Task<RecordingServer> StartAsync(CertificateCase? certificate, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var server = new RecordingServer();
        server._server = await StubServer.StartAsync((context, _) => server.AnswerAsync(context), listen: listen =>
        {
            listen.Use(next => connection =>
            {
                Interlocked.Increment(ref server._connections);
                return next(connection);
            });
            if (certificate is not null)
            {
                listen.UseHttps(Handshakes(certificate));
            }
        });
        return server;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    // By a callback: Kestrel itself refuses to serve some of the certificates that clients are to refuse.
    private static TlsHandshakeCallbackOptions Handshakes(CertificateCase certificate)
    {
        var context = SslStreamCertificateContext.Create(
            certificate.Leaf.Certificate, [.. certificate.Sent.Select(sent => sent.Public)], offline: true);
        return new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = context,
                ClientCertificateRequired = true,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
                ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            }),
        };
    }

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        Requests.Enqueue(new RecordedRequest(
            path,
            IdentityOf(context),
            context.Features.Get<ITlsHandshakeFeature>()?.HostName ?? "",
            context.Request.Headers.UserAgent.ToString()));
        // A server may lie behind a path.
        var answer = Answers.FirstOrDefault(each => path.EndsWith(each.Key, StringComparison.Ordinal)).Value;
        context.Response.StatusCode = answer is not null ? HttpMethods.IsPost(context.Request.Method) ? 201 : 200 : 404;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(
            answer ?? """{"apiVersion":"v1","kind":"Status","status":"Failure","reason":"NotFound","code":404}""");
    }

    private static RecordedIdentity IdentityOf(HttpContext context) => new(
        context.Request.Headers.Authorization.ToString(),
        context.Connection.ClientCertificate?.Subject ?? "",
        [
            .. context.Request.Headers.Where(header => header.Key.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase))
                .SelectMany(header => header.Value.Select(value => $"{header.Key.ToUpperInvariant()}: {value}"))
                .Order(StringComparer.Ordinal),
        ]);
}
