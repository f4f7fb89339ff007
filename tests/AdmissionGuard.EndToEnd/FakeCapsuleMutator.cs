using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AdmissionGuard.EndToEnd;

/// <summary>
/// A mutating webhook that does to the namespaces of one scene what Capsule's does, after the guard's: it puts the labels on
/// that the new tenant manages, and with <c>managedMetadataOnly</c> removes all other metadata.
/// </summary>
internal sealed class FakeCapsuleMutator : IAsyncDisposable
{
    private const string NameLabel = "kubernetes.io/metadata.name";

    private readonly WebApplication _app;
    private readonly Scene _scene;
    private int _calls;

    private FakeCapsuleMutator(WebApplication app, Scene scene)
    {
        _app = app;
        _scene = scene;
    }

    private string Name => $"capsule-{_scene.Namespace}";

    /// <summary>Writes the target's options, and starts the webhook for the scene's namespace.</summary>
    /// <param name="scene">The scene, whose target is <c>gas</c>.</param>
    /// <param name="spec">What the target says, as a Tenant's <c>spec</c>.</param>
    public static async Task<FakeCapsuleMutator> StartAsync(Scene scene, string spec)
    {
        await BrokenRule.PatchAsync(scene, scene.Gas, $$"""{"spec":{{spec}}}""");
        await scene.Plane.Admin.OkAsync("label", "ns", scene.Namespace, $"fake-capsule={scene.Namespace}");
        var options = JsonNode.Parse(spec)!["namespaceOptions"]!;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var certificate = Certificate(key);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var mutator = new FakeCapsuleMutator(builder.Build(), scene);
        mutator._app.MapPost("/", async (HttpContext context) =>
        {
            var review = (await JsonNode.ParseAsync(context.Request.Body))!;
            await context.Response.WriteAsync(mutator.Answer(review["request"]!, options).ToJsonString());
        });
        await mutator._app.StartAsync();
        await mutator.RegisterAsync(certificate.ExportCertificatePem());
        return mutator;
    }

    /// <summary>A merge patch that moves the scene's namespace, with an annotation of the guard's.</summary>
    public static string Patch(Scene scene, string annotation) => new JsonObject
    {
        ["metadata"] = new JsonObject
        {
            ["labels"] = new JsonObject { [GuardedCluster.LabelKey] = scene.Gas },
            ["annotations"] = new JsonObject { [annotation] = "CHG-1" },
        },
    }.ToJsonString();

    public async ValueTask DisposeAsync()
    {
        await _scene.Plane.Admin.OkAsync("delete", "mutatingwebhookconfigurations", Name, "--ignore-not-found");
        await _app.DisposeAsync();
    }

    private async Task RegisterAsync(string authority)
    {
        await _scene.Plane.Admin.ApplyAsync($$"""
            apiVersion: admissionregistration.k8s.io/v1
            kind: MutatingWebhookConfiguration
            metadata: {name: {{Name}}}
            webhooks:
            - name: namespaces.mutating.projectcapsule.dev
              admissionReviewVersions: [v1]
              sideEffects: None
              failurePolicy: Fail
              reinvocationPolicy: Never
              objectSelector: {matchLabels: {fake-capsule: {{_scene.Namespace}}} }
              clientConfig: {url: "{{_app.Urls.Single()}}/", caBundle: {{Convert.ToBase64String(Encoding.ASCII.GetBytes(authority))}} }
              rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [namespaces]}]
            """);
        await Poll.UntilAsync(
            "Capsule's mutating webhook",
            TimeSpan.FromMinutes(1),
            async () =>
            {
                await _scene.Plane.Admin.OkAsync("annotate", "ns", _scene.Namespace, "probe=1", "--overwrite", "--dry-run=server");
                return Volatile.Read(ref _calls) > 0;
            },
            TestContext.Current.CancellationToken);
    }

    private JsonObject Answer(JsonNode request, JsonNode options)
    {
        Interlocked.Increment(ref _calls);
        var response = new JsonObject { ["uid"] = (string)request["uid"]!, ["allowed"] = true };
        var metadata = request["object"]!["metadata"]!;
        if ((string?)metadata["labels"]?[GuardedCluster.LabelKey] == _scene.Gas)
        {
            var isOnly = (bool?)options["managedMetadataOnly"] is true;
            var labels = isOnly ? [] : metadata["labels"]!.DeepClone().AsObject();
            foreach (var (key, value) in options["additionalMetadata"]?["labels"]?.AsObject() ?? [])
            {
                labels[key] = value!.DeepClone();
            }

            (labels[GuardedCluster.LabelKey], labels[NameLabel]) = (_scene.Gas, (string)metadata["name"]!);
            var patch = new JsonArray(new JsonObject { ["op"] = "add", ["path"] = "/metadata/labels", ["value"] = labels });
            if (isOnly)
            {
                patch.Add(new JsonObject { ["op"] = "add", ["path"] = "/metadata/annotations", ["value"] = new JsonObject() });
            }

            response["patchType"] = "JSONPatch";
            response["patch"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(patch.ToJsonString()));
        }

        return new JsonObject { ["apiVersion"] = "admission.k8s.io/v1", ["kind"] = "AdmissionReview", ["response"] = response };
    }

    private static X509Certificate2 Certificate(ECDsa key)
    {
        var request = new CertificateRequest("CN=capsule", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
