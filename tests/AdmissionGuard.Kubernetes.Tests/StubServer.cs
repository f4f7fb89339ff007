using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AdmissionGuard.Kubernetes.Tests;

/// <summary>An API server that does what a test says, request by request.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2? _certificate;
    private readonly ConcurrentQueue<Received> _received = new();
    private int _count;

    private StubServer(WebApplication app, X509Certificate2? certificate) => (_app, _certificate) = (app, certificate);

    /// <summary>Answers a request, which has a number from 1.</summary>
    public required Func<HttpContext, int, Task> Answer { get; set; }

    public string Url => _app.Urls.Single();

    /// <summary>The authority of its certificate, as a kubeconfig has it; empty for plain HTTP.</summary>
    public string AuthorityData =>
        _certificate is null ? "" : Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(_certificate.ExportCertificatePem()));

    /// <summary>What came, bodies included, before it was answered.</summary>
    public IReadOnlyList<Received> Requests => [.. _received];

    public static async Task<StubServer> StartAsync(Func<HttpContext, int, Task> answer, TimeProvider? time = null, bool isSecure = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var certificate = isSecure ? Certificate() : null;
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        var stub = new StubServer(builder.Build(), certificate) { Answer = answer };
        stub._app.Run(async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            var text = await body.ReadToEndAsync(context.RequestAborted);
            var number = Interlocked.Increment(ref stub._count);
            stub._received.Enqueue(new Received(
                context.Request.Method,
                context.Request.Path + context.Request.QueryString,
                context.Request.Protocol,
                context.Connection.Id,
                text,
                (time ?? TimeProvider.System).GetUtcNow()));
            await stub.Answer(context, number);
        });
        await stub._app.StartAsync(TestContext.Current.CancellationToken);
        return stub;
    }

    public static Task JsonAsync(HttpContext context, int code, string json)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }

    /// <summary>Sends nothing until the caller gives up.</summary>
    public static async Task HangAsync(HttpContext context)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The caller gave up, which is what this waits for.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate?.Dispose();
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=stub", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    internal sealed record Received(string Method, string Path, string Protocol, string Connection, string Body, DateTimeOffset At);
}
