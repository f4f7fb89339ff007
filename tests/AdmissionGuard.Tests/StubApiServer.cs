using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AdmissionGuard.Tests;

/// <summary>
/// Stands in for the API server where a fault can't be made on a real one. By default every tenant lives and everything is granted.
/// </summary>
internal sealed class StubApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StubApiServer(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    /// <summary>Answers a tenant lookup, by the tenant's name.</summary>
    public Func<HttpContext, string, Task> Tenant { get; set; } = LiveTenantAsync;

    /// <summary>Answers for the CapsuleConfiguration; by default, as if there is none.</summary>
    public Func<HttpContext, Task> CapsuleConfiguration { get; set; } = PlainNotFoundAsync;

    /// <summary>Answers an access review.</summary>
    public Func<HttpContext, JsonNode, Task> AccessReview { get; set; } = (context, _) => AnswerAsync(
        context, 201, AccessReviewJson(allowed: true));

    /// <summary>Answers a question for the version.</summary>
    public Func<HttpContext, Task> Version { get; set; } = context => AnswerAsync(context, 404, new JsonObject());

    /// <summary>Answers a list of the tenants.</summary>
    public Func<HttpContext, Task> Tenants { get; set; } = context => AnswerAsync(context, 200, ListJson());

    /// <summary>Answers which resources the tenants' group serves; by default tenants are among them.</summary>
    public Func<HttpContext, Task> Resources { get; set; } = context => AnswerAsync(
        context, 200, ResourcesJson("tenants", "tenants/status"));

    /// <summary>Answers which groups there are; by default the tenants' is among them.</summary>
    public Func<HttpContext, Task> Groups { get; set; } = context => AnswerAsync(
        context, 200, GroupsJson("apiextensions.k8s.io/v1", "capsule.clastix.io/v1beta2"));

    /// <summary>Answers a list of the namespaces.</summary>
    public Func<HttpContext, Task> Namespaces { get; set; } = context => AnswerAsync(context, 200, ListJson());

    /// <summary>The credentials that requests came with.</summary>
    public ConcurrentBag<string> Authorizations { get; } = [];

    /// <summary>Starts it, with a certificate for HTTPS.</summary>
    public static async Task<StubApiServer> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        var app = builder.Build();
        var stub = new StubApiServer(app);
        app.Use((context, next) =>
        {
            stub.Authorizations.Add(context.Request.Headers.Authorization.ToString());
            return next(context);
        });
        app.MapGet("/version", (HttpContext context) => stub.Version(context));
        app.MapGet("/apis/capsule.clastix.io/v1beta2/tenants", (HttpContext context) => stub.Tenants(context));
        app.MapGet("/apis", (HttpContext context) => stub.Groups(context));
        app.MapGet("/apis/capsule.clastix.io/v1beta2", (HttpContext context) => stub.Resources(context));
        app.MapGet("/api/v1/namespaces", (HttpContext context) => stub.Namespaces(context));
        app.MapGet("/apis/capsule.clastix.io/v1beta2/tenants/{name}", (HttpContext context, string name) => stub.Tenant(context, name));
        app.MapGet(
            "/apis/capsule.clastix.io/v1beta2/capsuleconfigurations/default", (HttpContext context) => stub.CapsuleConfiguration(context));
        app.MapPost("/apis/authorization.k8s.io/v1/subjectaccessreviews", async (HttpContext context) =>
            await stub.AccessReview(context, (await JsonNode.ParseAsync(context.Request.Body))!));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return stub;
    }

    public static Task LiveTenantAsync(HttpContext context, string name) => AnswerAsync(context, 200, TenantJson(name));

    public static JsonObject TenantJson(string name) => new()
    {
        ["apiVersion"] = "capsule.clastix.io/v1beta2",
        ["kind"] = "Tenant",
        ["metadata"] = new JsonObject { ["name"] = name, ["uid"] = $"{name}-uid" },
    };

    /// <summary>A list of objects by their metadata.</summary>
    public static JsonObject ListJson(IEnumerable<JsonObject>? items = null, string? next = null) => new()
    {
        ["apiVersion"] = "meta.k8s.io/v1",
        ["kind"] = "PartialObjectMetadataList",
        ["metadata"] = new JsonObject { ["resourceVersion"] = "4711", ["continue"] = next },
        ["items"] = new JsonArray([.. items ?? []]),
    };

    public static JsonObject ResourcesJson(params string[] names) => new()
    {
        ["kind"] = "APIResourceList",
        ["apiVersion"] = "v1",
        ["groupVersion"] = "capsule.clastix.io/v1beta2",
        ["resources"] = new JsonArray([.. names.Select(name => new JsonObject { ["name"] = name })]),
    };

    public static JsonObject GroupsJson(params string[] versions) => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. versions.Select(version => version.Split('/')).Select(parts => new JsonObject
        {
            ["name"] = parts[0],
            ["versions"] = new JsonArray(new JsonObject { ["groupVersion"] = $"{parts[0]}/{parts[1]}", ["version"] = parts[1] }),
        })]),
    };

    public static JsonObject AccessReviewJson(bool allowed, string? evaluationError = null) => new()
    {
        ["apiVersion"] = "authorization.k8s.io/v1",
        ["kind"] = "SubjectAccessReview",
        ["status"] = new JsonObject { ["allowed"] = allowed, ["evaluationError"] = evaluationError },
    };

    public static JsonObject NotFoundJson(string name, string kind = "tenants") => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["status"] = "Failure",
        ["reason"] = "NotFound",
        ["code"] = 404,
        ["details"] = new JsonObject { ["name"] = name, ["group"] = "capsule.clastix.io", ["kind"] = kind },
    };

    public static Task AnswerAsync(HttpContext context, int code, JsonNode body)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }

    /// <summary>What an API server, and many a proxy, says of a path that it does not serve.</summary>
    public static Task PlainNotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = 404;
        return context.Response.WriteAsync("404 page not found");
    }

    /// <summary>Sends headers and half a body, and then nothing until the caller gives up.</summary>
    public static async Task StallAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync("{\"kind\":", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await HangAsync(context);
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

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
