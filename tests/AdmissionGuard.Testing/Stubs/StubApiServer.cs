using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AdmissionGuard.Testing;

/// <summary>
/// Stands in for the API server where a fault can't be made on a real one. By default every tenant lives and everything is granted.
/// </summary>
internal sealed class StubApiServer : IAsyncDisposable
{
    private const string Tenancy = "/apis/capsule.clastix.io/v1beta2";

    private StubServer _server = null!;

    public Uri Url => _server.Url;

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
    public IReadOnlyList<string> Authorizations => [.. _server.Requests.Select(request => request.Authorization)];

    /// <summary>Starts it, with a certificate for HTTPS.</summary>
    public static async Task<StubApiServer> StartAsync(TestCertificate? certificate = null)
    {
        var stub = new StubApiServer();
        stub._server = await StubServer.StartAsync((context, _) => stub.RouteAsync(context), certificate);
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

    public static Task AnswerAsync(HttpContext context, int code, JsonNode body) => StubServer.JsonAsync(context, code, body);

    /// <summary>What an API server, and many a proxy, says of a path that it does not serve.</summary>
    public static Task PlainNotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = 404;
        return context.Response.WriteAsync("404 page not found");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task RouteAsync(HttpContext context)
    {
        const string OneTenant = $"{Tenancy}/tenants/";
        var path = context.Request.Path.Value ?? "";
        await (path switch
        {
            "/version" => Version(context),
            "/apis" => Groups(context),
            "/api/v1/namespaces" => Namespaces(context),
            Tenancy => Resources(context),
            $"{Tenancy}/tenants" => Tenants(context),
            $"{Tenancy}/capsuleconfigurations/default" => CapsuleConfiguration(context),
            "/apis/authorization.k8s.io/v1/subjectaccessreviews" =>
                AccessReview(context, (await JsonNode.ParseAsync(context.Request.Body))!),
            _ when path.StartsWith(OneTenant, StringComparison.Ordinal) => Tenant(context, path[OneTenant.Length..]),
            _ => StubServer.NotFoundAsync(context, 0),
        });
    }
}
