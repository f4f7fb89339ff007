using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AdmissionGuard.Tests.Certificates.SelfManaged;

/// <summary>
/// A Secret with optimistic concurrency, and no webhook configurations, where a fault can't be made on a real API server.
/// </summary>
internal sealed class StubCertificateApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private JsonObject _secret = new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["metadata"] = new JsonObject
        {
            ["name"] = "admissionguard-tls",
            ["namespace"] = "admissionguard-system",
            ["resourceVersion"] = "1",
            ["labels"] = new JsonObject { ["mine"] = "kept" },
        },
        ["data"] = new JsonObject { ["other"] = "bWluZQ==" },
        ["fieldOfTomorrow"] = true,
    };

    private StubCertificateApi(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    public JsonObject Secret => _secret;

    /// <summary>Is called before a write is checked.</summary>
    public Action<StubCertificateApi> BeforeWrite { get; set; } = _ => { };

    public string Text(string key) => Encoding.UTF8.GetString(Convert.FromBase64String((string?)_secret["data"]?[key] ?? ""));

    /// <summary>Somebody else writes it.</summary>
    public void Touch() => _secret["metadata"]!["resourceVersion"] = Next();

    public static async Task<StubCertificateApi> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var stub = new StubCertificateApi(app);
        app.MapGet(
            "/api/v1/namespaces/admissionguard-system/secrets/admissionguard-tls",
            context => StubApiServer.AnswerAsync(context, 200, stub._secret));
        app.MapPut("/api/v1/namespaces/admissionguard-system/secrets/admissionguard-tls", stub.WriteAsync);
        app.MapFallback(context =>
        {
            var path = context.Request.Path.Value!.Split('/');
            var details = new JsonObject { ["group"] = path[2], ["kind"] = path[^2], ["name"] = path[^1] };
            return StubApiServer.AnswerAsync(
                context, 404, new JsonObject { ["kind"] = "Status", ["reason"] = "NotFound", ["details"] = details });
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return stub;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task WriteAsync(HttpContext context)
    {
        var written = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
        BeforeWrite(this);
        if ((string?)written["metadata"]!["resourceVersion"] != (string?)_secret["metadata"]!["resourceVersion"])
        {
            await StubApiServer.AnswerAsync(context, 409, new JsonObject { ["kind"] = "Status", ["reason"] = "Conflict" });
            return;
        }

        written["metadata"]!["resourceVersion"] = Next();
        _secret = written;
        await StubApiServer.AnswerAsync(context, 200, _secret);
    }

    private string Next() =>
        (int.Parse((string)_secret["metadata"]!["resourceVersion"]!, CultureInfo.InvariantCulture) + 1).ToString(
            CultureInfo.InvariantCulture);
}
