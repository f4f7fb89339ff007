using System.Text;
using System.Text.Json.Nodes;

namespace AdmissionGuard.EndToEnd;

/// <summary>
/// A mutating webhook that does to the namespaces of one scene what Capsule's does, after the guard's: it puts the labels on
/// that the new tenant manages, and with <c>managedMetadataOnly</c> removes all other metadata.
/// </summary>
internal sealed class FakeCapsuleMutator : IAsyncDisposable
{
    private const string NameLabel = "kubernetes.io/metadata.name";

    private readonly Scene _scene;
    private StubServer _server = null!;
    private int _calls;

    private FakeCapsuleMutator(Scene scene) => _scene = scene;

    private string Name => $"capsule-{_scene.Namespace}";

    /// <summary>Writes the target's options, and starts the webhook for the scene's namespace.</summary>
    /// <param name="scene">The scene, whose target is <c>gas</c>.</param>
    /// <param name="spec">What the target says, as a Tenant's <c>spec</c>.</param>
    public static async Task<FakeCapsuleMutator> StartAsync(Scene scene, string spec)
    {
        await BrokenRule.PatchAsync(scene, scene.Gas, $$"""{"spec":{{spec}}}""");
        await scene.Plane.Admin.OkAsync("label", "ns", scene.Namespace, $"fake-capsule={scene.Namespace}");
        var options = JsonNode.Parse(spec)!["namespaceOptions"]!;
        var mutator = new FakeCapsuleMutator(scene);
        mutator._server = await StubServer.StartAsync(
            async (context, _) =>
            {
                var review = (await JsonNode.ParseAsync(context.Request.Body))!;
                await StubServer.JsonAsync(context, 200, mutator.Answer(review["request"]!, options));
            },
            TestCertificate.Loopback);
        await mutator.RegisterAsync(TestCertificate.Loopback.Pem);
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
        await _server.DisposeAsync();
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
              clientConfig: {url: "{{_server.Address}}/", caBundle: {{Convert.ToBase64String(Encoding.ASCII.GetBytes(authority))}} }
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
}
