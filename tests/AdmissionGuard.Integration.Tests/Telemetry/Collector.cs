using System.Collections.Concurrent;
using System.Text;

namespace AdmissionGuard.Integration.Tests.Telemetry;

/// <summary>Takes what comes by OTLP over HTTP, and looks no further into it than for bytes.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrentBag<byte[]>> _bodies = new(StringComparer.Ordinal);

    private StubServer _server = null!;

    public Uri Url => _server.Url;

    public static async Task<Collector> StartAsync()
    {
        var collector = new Collector();
        collector._server = await StubServer.StartAsync(async (context, _) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            collector._bodies.GetOrAdd($"{context.Request.Path.Value![1..]} {context.Request.ContentType}", _ => []).Add(body.ToArray());
        });
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

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
