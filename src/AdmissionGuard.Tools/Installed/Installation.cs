using System.Text.Json.Nodes;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Installed;

/// <summary>How the guard is installed, as read from its Deployment; the values of <c>deploy/base</c> if there is none.</summary>
/// <param name="namespace">Its namespace.</param>
/// <param name="deployment">Its Deployment; <see langword="null"/> if it is not known.</param>
internal sealed class Installation(string @namespace, JsonNode? deployment)
{
    private readonly JsonNode? _pod = deployment.At("spec", "template", "spec");
    private readonly JsonNode? _container = GuardOf(deployment.At("spec", "template", "spec"));

    public JsonNode? Deployment => deployment;

    /// <summary>The container that the guard runs in.</summary>
    public JsonNode? Container => _container;

    /// <summary>The place of that container among those of the pod.</summary>
    public int ContainerIndex => Math.Max(0, _pod.At("containers").Items().ToList().IndexOf(_container!));

    /// <summary>The Helm release that it belongs to; <see langword="null"/> if Helm did not install it.</summary>
    public string? HelmRelease => deployment.At("metadata", "annotations", "meta.helm.sh/release-name").Text();

    public string Namespace => @namespace;

    public string Name => deployment.NameOf() is { Length: > 0 } name ? name : "admissionguard";

    /// <summary>The name of the Deployment, the Service and the service account in <c>deploy/</c>.</summary>
    public const string DefaultName = "admissionguard";

    public string ServiceAccount => _pod.At("serviceAccountName").Text() ?? "admissionguard";

    public string Service => Argument("--service") ?? "admissionguard";

    /// <summary>The user name that the API server knows its account by.</summary>
    public string User => $"system:serviceaccount:{@namespace}:{ServiceAccount}";

    /// <summary>The namespace that the guard is configured to use as its own; <see langword="null"/> if none is configured.</summary>
    public string? OwnNamespace => Argument("--namespace");

    public bool IsSelfManaged => Argument("--certificates") == "self-managed";

    /// <summary>The file that it reads its configuration from; <see langword="null"/> for none.</summary>
    public string? ConfigFile => deployment is null ? "config.yaml" : Argument("--config");

    /// <summary>The ConfigMap that holds it.</summary>
    public string ConfigMap => VolumeOf(ConfigFile).At("configMap", "name").Text() ?? "admissionguard-config";

    /// <summary>The Secret that holds its serving certificate.</summary>
    public string Secret =>
        (IsSelfManaged
            ? Argument("--secret")
            : VolumeOf(Argument("--tls-cert") ?? "/etc/admissionguard/tls/tls.crt")
                .At("secret", "secretName")
                .Text()) ?? "admissionguard-tls";

    /// <summary>What its <c>--set</c> flags say.</summary>
    public IReadOnlyList<string> Set => [.. Arguments("--set")];

    /// <summary>The environment's variables that are written out; <see langword="null"/> if the Deployment is not known.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Environment => deployment is null ? null :
        [
            .. _container.At("env")
                .Items()
                .Where(each => each.At("valueFrom") is null)
                .Select(each => KeyValuePair.Create(each.At("name").Text() ?? "", each.At("value").Text() ?? "")),
        ];

    /// <summary>The environment's variables whose values lie elsewhere.</summary>
    public IReadOnlyList<string> ReferredVariables =>
        [.. _container.At("env").Items().Where(each => each.At("valueFrom") is not null).Select(each => each.At("name").Text() ?? "")];

    /// <summary>Sources of variables with unknown names, as in "ConfigMap x".</summary>
    public IReadOnlyList<string> VariableSources => [.. _container.At("envFrom").Items().Select(each =>
        each.At("configMapRef", "name").Text() is { } map ? $"ConfigMap {map}" : $"Secret {each.At("secretRef", "name").Text()}")];

    public IReadOnlyList<string> ArgumentsGiven => [.. _container.At("args").Texts()];

    /// <summary>Reads the guard's Deployments in a namespace.</summary>
    /// <param name="reader">Reads the cluster.</param>
    /// <param name="namespace">The namespace.</param>
    public static Task<ReadResult<IReadOnlyList<JsonNode>>> DeploymentsAsync(ClusterReader reader, string @namespace) => reader.ListAsync(
        $"apis/apps/v1/namespaces/{Uri.EscapeDataString(@namespace)}/deployments",
        "labelSelector=app.kubernetes.io%2Fname%3Dadmissionguard");

    /// <summary>The installation, by the Deployments that were read.</summary>
    /// <param name="namespace">The namespace.</param>
    /// <param name="deployments">The Deployments.</param>
    public static Installation Of(string @namespace, ReadResult<IReadOnlyList<JsonNode>> deployments) =>
        new(@namespace, deployments is ReadResult<IReadOnlyList<JsonNode>>.Found { Value: [var first, ..] } ? first : null);

    /// <summary>The container of a pod that the guard runs in.</summary>
    /// <param name="pod">The pod's <c>spec</c>.</param>
    public static JsonNode? GuardOf(JsonNode? pod) => pod.At("containers").Items()
        .OrderByDescending(each => each.At("args").Texts().Contains("serve", StringComparer.Ordinal)).FirstOrDefault();

    private string? Argument(string name) => Arguments(name).LastOrDefault();

    private IEnumerable<string> Arguments(string name)
    {
        var given = ArgumentsGiven;
        foreach (var (index, each) in given.Index())
        {
            if (each == name && index + 1 < given.Count)
            {
                yield return given[index + 1];
            }
            else if (each.StartsWith($"{name}=", StringComparison.Ordinal))
            {
                yield return each[(name.Length + 1)..];
            }
        }
    }

    /// <summary>The volume whose mount a file lies in.</summary>
    private JsonNode? VolumeOf(string? file)
    {
        var mount = _container.At("volumeMounts").Items()
            .Where(
                each => file is not null
                    && each.At("mountPath").Text() is { } path
                    && file.StartsWith($"{path.TrimEnd('/')}/", StringComparison.Ordinal))
            .MaxBy(each => each.At("mountPath").Text()!.Length);
        return mount is null
            ? null
            : _pod.At("volumes").Items().FirstOrDefault(volume => volume.At("name").Text() == mount.At("name").Text());
    }
}
