using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;
using AdmissionGuard.Tools.Manifests;

namespace AdmissionGuard.Deploy.Tests.Deploying;

/// <summary>What Kustomize or Helm renders, object by object.</summary>
internal sealed record Manifest(IReadOnlyList<JsonObject> Objects)
{
    /// <summary>Labels that Helm's own conventions ask for.</summary>
    private static readonly string[] OfHelm = ["helm.sh/chart", "app.kubernetes.io/managed-by", "app.kubernetes.io/instance"];

    /// <summary>The overlays of <c>deploy/</c>, by the path of their folder there.</summary>
    public static IEnumerable<string> Overlays
    {
        get
        {
            var folder = Repository.File("deploy", "overlays");
            return Directory.EnumerateFiles(folder, "kustomization.yaml", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(folder, Path.GetDirectoryName(file)!))
                .Order(StringComparer.Ordinal);
        }
    }

    /// <summary>Renders the base with components, as an overlay of one's own would.</summary>
    public static async Task<string> KustomizeAsync(IEnumerable<string> components, string patches = "")
    {
        var folder = Directory.CreateTempSubdirectory("admissionguard-");
        try
        {
            var deploy = Path.GetRelativePath(folder.FullName, Repository.File("deploy"));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "kustomization.yaml"), $"""
                resources: [{deploy}/base]
                components: [{string.Join(", ", components.Select(name => $"{deploy}/components/{name}"))}]
                {patches}
                """);
            return await (await ClientTools.FindAsync()).KustomizeAsync(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Renders the chart, as for Kubernetes 1.36.</summary>
    public static async Task<CommandResult> HelmAsync(params string[] arguments) =>
        await (await ClientTools.FindAsync()).HelmAsync(
            [
                "template",
                "admissionguard",
                Repository.File("deploy", "chart"),
                "--namespace",
                "admissionguard-system",
                "--kube-version",
                "1.36.0",
                .. arguments,
            ]);

    public static Manifest Read(string text)
    {
        var errors = new InputErrors();
        var documents = new DocumentReader(() => new StringReader(text), errors).Read(DocumentReader.StandardInput);
        Assert.True(errors.IsEmpty, string.Join('\n', errors.All));
        return new([.. documents.Select(document => document.Root)]);
    }

    /// <summary>The object of a kind; of several, the one with a name.</summary>
    public JsonObject One(string kind, string name = "") =>
        Objects.Single(each => (string?)each["kind"] == kind && (name.Length == 0 || (string?)each["metadata"]!["name"] == name));

    /// <summary>The same for comparing: without what only Helm has, in an order of their own, and the configuration read.</summary>
    public IReadOnlyList<string> Comparable() =>
        [
            .. Objects.Where(each => !IsHook(each) && (string?)each["kind"] != "Namespace")
                .Select(each => Sorted(Stripped(each))!.ToJsonString())
                .Order(StringComparer.Ordinal),
        ];

    public static bool IsHook(JsonObject each) => each["metadata"]!["annotations"]?["helm.sh/hook"] is not null;

    private static JsonObject Stripped(JsonObject given)
    {
        var stripped = (JsonObject)given.DeepClone();
        foreach (var label in OfHelm)
        {
            (stripped["metadata"]!["labels"] as JsonObject)?.Remove(label);
        }

        if (stripped["data"]?["config.yaml"] is { } config)
        {
            // The guard reads a bare `off` as the word, and YAML of before 1.2 as false.
            var text = ((string)config!).Replace(": off", ": \"off\"", StringComparison.Ordinal);
            stripped["data"]!["config.yaml"] = Read(text).Objects is [var settings] ? settings.DeepClone() : new JsonObject();
        }

        return stripped;
    }

    // Lists of objects are keyed by a name in Kubernetes, or are sets; lists of words keep their order.
    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map =>
            new JsonObject(
                map.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => KeyValuePair.Create(each.Key, Sorted(each.Value)))),
        JsonArray list when list.All(each => each is JsonObject) =>
            new JsonArray([.. list.Select(Sorted).OrderBy(each => each!.ToJsonString(), StringComparer.Ordinal)]),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        null => null,
        _ => node.DeepClone(),
    };
}
