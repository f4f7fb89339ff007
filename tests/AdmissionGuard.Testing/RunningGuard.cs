using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using AdmissionGuard.Server.Certificates;
using AdmissionGuard.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AdmissionGuard.Testing;

/// <summary>The whole server on free ports of loopback, with a certificate of its own.</summary>
internal sealed class RunningGuard : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DirectoryInfo _folder;
    private readonly HttpClient _http;

    private RunningGuard(WebApplication app, DirectoryInfo folder, LoggedLines log)
    {
        _app = app;
        Log = log;
        _folder = folder;
        _http = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        Reviews = new Uri(app.Urls.Single(url => url.StartsWith("https:", StringComparison.Ordinal)));
        Health = new Uri(app.Urls.Single(url => url.StartsWith("http:", StringComparison.Ordinal)));
    }

    public Uri Reviews { get; }

    public Uri Health { get; }

    public HttpClient Http => _http;

    /// <summary>What it logged since it started.</summary>
    public LoggedLines Log { get; }

    /// <summary>Starts a guard whose API server is at the address given, or where nobody listens.</summary>
    public static async Task<RunningGuard> StartAsync(
        Uri? apiServer = null,
        TestCertificate? serving = null,
        string? config = null,
        TimeProvider? time = null,
        Func<ServeOptions, ServeOptions>? options = null)
    {
        var folder = Directory.CreateTempSubdirectory("admissionguard-");
        var kubeconfig = Path.Combine(folder.FullName, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, TestKubeconfig.For(apiServer ?? new Uri("http://127.0.0.1:9")));
        var (certificate, key) = (serving ?? TestCertificate.Loopback).WriteTo(folder.FullName);
        var loopback = new ListenAddress(IPAddress.Loopback, 0);
        var standard = new ServeOptions(kubeconfig, loopback, loopback)
        {
            Config = config,
            Drain = TimeSpan.Zero,
            Certificates = new CertificateOptions { CertificateFile = certificate, KeyFile = key },
        };
        var app = GuardServer.Build(options is null ? standard : options(standard), time);
        var log = new LoggedLines();
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningGuard(app, folder, log);
    }

    public Task<HttpResponseMessage> PostAsync(string path, HttpContent content) =>
        _http.PostAsync(new Uri(Reviews, path), content, TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> PostAsync(string path, byte[] body) => PostAsync(path, Json(body));

    public async Task<JsonNode> AskAsync(string path, JsonObject review)
    {
        using var response = await PostAsync(path, review.Bytes());
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["response"]!;
    }

    /// <summary>Waits until it has listed the tenants.</summary>
    public Task UntilReadyAsync() => UntilReadyzSaysAsync("[+]tenants ok\n");

    public Task UntilReadyzSaysAsync(string words) => Poll.UntilAsync(
        $"readyz to say {words}",
        TimeSpan.FromMinutes(1),
        async () =>
        {
            using var ready = await _http.GetAsync(new Uri(Health, "readyz?verbose"), TestContext.Current.CancellationToken);
            return (await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Contains(words, StringComparison.Ordinal);
        },
        TestContext.Current.CancellationToken);

    /// <summary>Stops it as SIGTERM does.</summary>
    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public Task<string> GetAsync(string path) => _http.GetStringAsync(new Uri(Health, path), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    public static ByteArrayContent Json(byte[] body) =>
        new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
