using System.Collections.Concurrent;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AdmissionGuard.Aot.Tests;

/// <summary>
/// A registry with one image of one layer, for tools that take a base image from nowhere else; it keeps what is pushed to it.
/// </summary>
internal sealed class StubRegistry : IAsyncDisposable
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    private readonly ConcurrentDictionary<string, byte[]> _blobs = new(StringComparer.Ordinal);
    private readonly byte[] _manifest;
    private StubServer _server = null!;

    private StubRegistry(string architecture)
    {
        var layer = Layer();
        var configuration = new JsonObject
        {
            ["architecture"] = architecture,
            ["os"] = "linux",
            ["config"] = new JsonObject(),
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray(Digest(layer)) },
            ["history"] = new JsonArray(new JsonObject { ["created_by"] = "a test" }),
        };
        _manifest = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestType,
            ["config"] = Keep("application/vnd.oci.image.config.v1+json", Encoding.UTF8.GetBytes(configuration.ToJsonString())),
            ["layers"] = new JsonArray(Keep("application/vnd.oci.image.layer.v1.tar+gzip", Zipped(layer))),
        }.ToJsonString());
    }

    /// <summary>Its host and port.</summary>
    public string Name => _server.Url.Authority;

    /// <summary>The names and tags that were pushed, each as in <c>platform/admissionguard:0.1.0</c>.</summary>
    public ConcurrentQueue<string> Pushed { get; } = [];

    /// <summary>The image's name.</summary>
    public string Image => $"{Name}/base@{Digest(_manifest)}";

    public static async Task<StubRegistry> StartAsync(string architecture)
    {
        var registry = new StubRegistry(architecture);
        registry._server = await StubServer.StartAsync((context, _) => registry.AnswerAsync(context));
        return registry;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (HttpMethods.IsPost(context.Request.Method) || HttpMethods.IsPatch(context.Request.Method)
            || HttpMethods.IsPut(context.Request.Method))
        {
            await TakeAsync(context);
            return;
        }

        var name = context.Request.Path.Value!.Split('/')[^1];
        var isManifest = context.Request.Path.Value.Contains("/manifests/", StringComparison.Ordinal);
        if ((isManifest ? _manifest : _blobs.GetValueOrDefault(name)) is not { } body)
        {
            context.Response.StatusCode = name.Length == 0 ? 200 : 404;
            return;
        }

        context.Response.ContentType = isManifest ? ManifestType : "application/octet-stream";
        context.Response.ContentLength = body.Length;
        context.Response.Headers["Docker-Content-Digest"] = Digest(body);
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    /// <summary>A step of a push: an upload is begun, gets a part, or ends; a manifest gets a tag.</summary>
    private async Task TakeAsync(HttpContext context)
    {
        var (path, upload) = (context.Request.Path.Value!, context.Request.Query["upload"].ToString());
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (path.Split("/manifests/") is [var repository, var tag])
        {
            Pushed.Enqueue($"{repository["/v2/".Length..]}:{tag}");
            context.Response.StatusCode = 201;
            return;
        }

        upload = upload.Length == 0 ? $"{Guid.NewGuid():N}" : upload;
        _blobs[upload] = [.. _blobs.GetValueOrDefault(upload) ?? [], .. body.ToArray()];
        if (context.Request.Query["digest"].ToString() is { Length: > 0 } digest)
        {
            _blobs[digest] = _blobs[upload];
        }

        context.Response.StatusCode = HttpMethods.IsPut(context.Request.Method) ? 201 : 202;
        context.Response.Headers.Location = $"{path}?upload={upload}";
    }

    private JsonObject Keep(string type, byte[] blob)
    {
        _blobs[Digest(blob)] = blob;
        return new JsonObject { ["mediaType"] = type, ["digest"] = Digest(blob), ["size"] = blob.Length };
    }

    private static byte[] Layer()
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "base"));
        }

        return stream.ToArray();
    }

    private static byte[] Zipped(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var zip = new GZipStream(stream, CompressionLevel.Fastest))
        {
            zip.Write(bytes);
        }

        return stream.ToArray();
    }

    private static string Digest(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
}
