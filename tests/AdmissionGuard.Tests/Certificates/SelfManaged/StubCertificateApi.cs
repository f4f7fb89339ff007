using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AdmissionGuard.Tests.Certificates.SelfManaged;

/// <summary>
/// A Secret with optimistic concurrency, and no webhook configurations, where a fault can't be made on a real API server.
/// </summary>
internal sealed class StubCertificateApi : IAsyncDisposable
{
    private const string Path = "/api/v1/namespaces/admissionguard-system/secrets/admissionguard-tls";

    private StubServer _server = null!;
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

    public Uri Url => _server.Url;

    public JsonObject Secret => _secret;

    /// <summary>Is called before a write is checked.</summary>
    public Action<StubCertificateApi> BeforeWrite { get; set; } = _ => { };

    public string Text(string key) => Encoding.UTF8.GetString(Convert.FromBase64String((string?)_secret["data"]?[key] ?? ""));

    /// <summary>Somebody else writes it.</summary>
    public void Touch() => _secret["metadata"]!["resourceVersion"] = Next();

    public static async Task<StubCertificateApi> StartAsync()
    {
        var stub = new StubCertificateApi();
        stub._server = await StubServer.StartAsync((context, _) => stub.AnswerAsync(context));
        return stub;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path == Path)
        {
            return HttpMethods.IsPut(context.Request.Method) ? WriteAsync(context) : StubServer.JsonAsync(context, 200, _secret);
        }

        var parts = path.Split('/');
        var details = new JsonObject { ["group"] = parts[2], ["kind"] = parts[^2], ["name"] = parts[^1] };
        return StubServer.JsonAsync(
            context, 404, new JsonObject { ["kind"] = "Status", ["reason"] = "NotFound", ["details"] = details });
    }

    private async Task WriteAsync(HttpContext context)
    {
        var written = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
        BeforeWrite(this);
        if ((string?)written["metadata"]!["resourceVersion"] != (string?)_secret["metadata"]!["resourceVersion"])
        {
            await StubServer.JsonAsync(context, 409, new JsonObject { ["kind"] = "Status", ["reason"] = "Conflict" });
            return;
        }

        written["metadata"]!["resourceVersion"] = Next();
        _secret = written;
        await StubServer.JsonAsync(context, 200, _secret);
    }

    private string Next() =>
        (int.Parse((string)_secret["metadata"]!["resourceVersion"]!, CultureInfo.InvariantCulture) + 1).ToString(
            CultureInfo.InvariantCulture);
}
