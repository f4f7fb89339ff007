using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace AdmissionGuard.Testing;

/// <summary>An HTTP server on a free port of loopback. A test decides what it answers; it keeps what it received.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TestCertificate? _certificate;
    private readonly ConcurrentQueue<ReceivedRequest> _requests = new();
    private int _count;

    private StubServer(WebApplication app, TestCertificate? certificate) => (_app, _certificate) = (app, certificate);

    /// <summary>Answers a request. The second argument is the number of the request, from 1.</summary>
    public required Func<HttpContext, int, Task> Answer { get; set; }

    public Uri Url => new(Address);

    /// <summary>The address as text, without a slash at its end.</summary>
    public string Address => _app.Urls.Single();

    /// <summary>The authority of its certificate, as in a kubeconfig; empty for plain HTTP.</summary>
    public string AuthorityData => _certificate is null ? "" : Convert.ToBase64String(Encoding.UTF8.GetBytes(_certificate.Pem));

    /// <summary>The requests with their bodies, in the order in which they arrived, answered or not.</summary>
    public IReadOnlyList<ReceivedRequest> Requests => [.. _requests];

    /// <summary>Starts a server.</summary>
    /// <param name="answer">Answers a request, by its number from 1.</param>
    /// <param name="certificate">The certificate for HTTPS; without one, the server uses plain HTTP.</param>
    /// <param name="time">The clock for the times of the requests.</param>
    /// <param name="listen">Configures the port further.</param>
    public static async Task<StubServer> StartAsync(
        Func<HttpContext, int, Task> answer,
        TestCertificate? certificate = null,
        TimeProvider? time = null,
        Action<ListenOptions>? listen = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, options =>
        {
            listen?.Invoke(options);
            if (certificate is not null)
            {
                options.UseHttps(certificate.Certificate);
            }
        }));
        var server = new StubServer(builder.Build(), certificate) { Answer = answer };
        server._app.Run(context => server.ReceiveAsync(context, time ?? TimeProvider.System));
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public static Task JsonAsync(HttpContext context, int code, JsonNode body) => JsonAsync(context, code, body.ToJsonString());

    public static Task JsonAsync(HttpContext context, int code, string json)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }

    /// <summary>Answers 404 without a body.</summary>
    public static Task NotFoundAsync(HttpContext context, int number)
    {
        context.Response.StatusCode = 404;
        return Task.CompletedTask;
    }

    /// <summary>Sends nothing until the client closes the connection.</summary>
    public static async Task HangAsync(HttpContext context)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The client closed the connection, which is what this waits for.
        }
    }

    /// <summary>Sends headers and half a body, and then nothing until the client closes the connection.</summary>
    public static async Task StallAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync("{\"kind\":", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await HangAsync(context);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context, TimeProvider time)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        body.Position = 0;
        // So that the answer can read it again.
        context.Request.Body = body;
        var number = Interlocked.Increment(ref _count);
        _requests.Enqueue(new ReceivedRequest(
            context.Request.Method,
            context.Request.Path + context.Request.QueryString,
            context.Request.Protocol,
            context.Request.Headers.Authorization.ToString(),
            context.Connection.Id,
            body.ToArray(),
            time.GetUtcNow()));
        await Answer(context, number);
    }
}
