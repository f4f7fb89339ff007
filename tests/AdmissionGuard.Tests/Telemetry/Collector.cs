using System.Collections.Concurrent;
using System.Net;
using System.Text;
using AdmissionGuard.TestCluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AdmissionGuard.Tests.Telemetry;

/// <summary>Takes what comes by OTLP over HTTP, and looks no further into it than for bytes.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ConcurrentBag<byte[]>> _bodies = new(StringComparer.Ordinal);

    private Collector(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var collector = new Collector(app);
        app.MapPost("/{*path}", async (HttpContext context, string path) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            collector._bodies.GetOrAdd($"{path} {context.Request.ContentType}", _ => []).Add(body.ToArray());
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    /// <summary>Where bodies came to, with their content type.</summary>
    public IEnumerable<string> Paths => _bodies.Keys.Order(StringComparer.Ordinal);

    public bool Has(string path, string text) => Has(path, Encoding.UTF8.GetBytes(text));

    public bool Has(string path, byte[] bytes) =>
        _bodies.TryGetValue($"{path} application/x-protobuf", out var bodies) && bodies.Any(body => body.AsSpan().IndexOf(bytes) >= 0);

    public Task UntilItHasAsync(string path, string text) => UntilItHasAsync(path, Encoding.UTF8.GetBytes(text));

    public Task UntilItHasAsync(string path, byte[] bytes) => Poll.UntilAsync(
        $"{path} to have {Encoding.UTF8.GetString(bytes)} ({Convert.ToHexString(bytes)})",
        TimeSpan.FromMinutes(1),
        () => Task.FromResult(Has(path, bytes)),
        TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
