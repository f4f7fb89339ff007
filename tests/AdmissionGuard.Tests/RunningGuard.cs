using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using AdmissionGuard.Hosting;
using Microsoft.AspNetCore.Builder;

namespace AdmissionGuard.Tests;

/// <summary>The whole server on free ports of loopback, with a certificate of its own.</summary>
internal sealed class RunningGuard : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DirectoryInfo _folder;
    private readonly HttpClient _http;

    private RunningGuard(WebApplication app, DirectoryInfo folder)
    {
        _app = app;
        _folder = folder;
        _http = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        Reviews = new Uri(app.Urls.Single(url => url.StartsWith("https:", StringComparison.Ordinal)));
        Health = new Uri(app.Urls.Single(url => url.StartsWith("http:", StringComparison.Ordinal)));
    }

    public Uri Reviews { get; }

    public Uri Health { get; }

    public HttpClient Http => _http;

    /// <summary>Starts a guard whose API server is at the address given, or where nobody listens.</summary>
    public static async Task<RunningGuard> StartAsync(Uri? apiServer = null, DateTimeOffset? certificateEnds = null, string? config = null, TimeProvider? time = null)
    {
        var folder = Directory.CreateTempSubdirectory("admissionguard-");
        var kubeconfig = Path.Combine(folder.FullName, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, $$$"""
            apiVersion: v1
            kind: Config
            current-context: stub
            contexts: [{name: stub, context: {cluster: stub, user: stub}}]
            clusters: [{name: stub, cluster: {server: "{{{apiServer ?? new Uri("http://127.0.0.1:9")}}}"}}]
            users: [{name: stub, user: {token: secret-token}}]
            """);
        var (certificate, key) = await WriteCertificateAsync(folder.FullName, certificateEnds);
        var loopback = new ListenAddress(IPAddress.Loopback, 0);
        var app = GuardServer.Build(new ServeOptions(kubeconfig, loopback, certificate, key, loopback) { Config = config }, time);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningGuard(app, folder);
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

    public Task<string> GetAsync(string path) => _http.GetStringAsync(new Uri(Health, path), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    public static ByteArrayContent Json(byte[] body) => new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    internal static async Task<(string Certificate, string Key)> WriteCertificateAsync(string folder, DateTimeOffset? notAfter = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=admissionguard", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-2), notAfter ?? TimeProvider.System.GetUtcNow().AddDays(1));
        var (certificateFile, keyFile) = (Path.Combine(folder, "tls.crt"), Path.Combine(folder, "tls.key"));
        await File.WriteAllTextAsync(certificateFile, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificateFile, keyFile);
    }
}
