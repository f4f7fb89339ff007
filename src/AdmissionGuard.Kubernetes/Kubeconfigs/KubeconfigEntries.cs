using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace AdmissionGuard.Kubernetes.Kubeconfigs;

/// <summary>A context: which cluster, and as which user.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="User">The user's name.</param>
internal sealed record KubeconfigContext(string Cluster, string User)
{
    public static KubeconfigContext Of(KubeconfigObject context)
    {
        context.Text("namespace");
        return new KubeconfigContext(context.Text("cluster"), context.Text("user"));
    }
}

/// <summary>A cluster; file names are absolute.</summary>
internal sealed record KubeconfigCluster
{
    // Under this name, plugins find settings of their own.
    private const string PluginExtension = "client.authentication.k8s.io/exec";

    public string Server { get; private init; } = "";

    public string TlsServerName { get; private init; } = "";

    public bool SkipsVerification { get; private init; }

    public string CertificateAuthority { get; private init; } = "";

    public ImmutableArray<byte> CertificateAuthorityData { get; private init; } = [];

    public string ProxyUrl { get; private init; } = "";

    public bool DisablesCompression { get; private init; }

    public JsonNode? PluginConfiguration { get; private init; }

    public static KubeconfigCluster Of(KubeconfigObject cluster, string folder) => new()
    {
        Server = cluster.Text("server"),
        TlsServerName = cluster.Text("tls-server-name"),
        SkipsVerification = cluster.Flag("insecure-skip-tls-verify"),
        CertificateAuthority = KubeconfigFile.Resolve(folder, cluster.Text("certificate-authority")),
        CertificateAuthorityData = cluster.Data("certificate-authority-data"),
        ProxyUrl = cluster.Text("proxy-url"),
        DisablesCompression = cluster.Flag("disable-compression"),
        PluginConfiguration = cluster.Items("extensions").LastOrDefault(each => each.Text("name") == PluginExtension) is { Json: { } named }
            ? named["extension"]
            : null,
    };
}

/// <summary>A user; file names are absolute.</summary>
internal sealed record KubeconfigUser
{
    public string Token { get; private init; } = "";

    public string TokenFile { get; private init; } = "";

    public string Username { get; private init; } = "";

    public string Password { get; private init; } = "";

    public string ClientCertificate { get; private init; } = "";

    public ImmutableArray<byte> ClientCertificateData { get; private init; } = [];

    public string ClientKey { get; private init; } = "";

    public ImmutableArray<byte> ClientKeyData { get; private init; } = [];

    public string As { get; private init; } = "";

    public string AsUid { get; private init; } = "";

    public ImmutableArray<string> AsGroups { get; private init; } = [];

    public ImmutableArray<KeyValuePair<string, ImmutableArray<string>>> AsUserExtra { get; private init; } = [];

    /// <summary>The name of the <c>auth-provider</c>; <see langword="null"/> for none.</summary>
    public string? AuthProvider { get; private init; }

    public KubeconfigExec? Exec { get; private init; }

    public bool HasClientCertificate => ClientCertificate.Length > 0 || !ClientCertificateData.IsEmpty;

    public static KubeconfigUser Of(KubeconfigObject user, string folder) => new()
    {
        Token = user.Text("token"),
        TokenFile = KubeconfigFile.Resolve(folder, user.Text("tokenFile")),
        Username = user.Text("username"),
        Password = user.Text("password"),
        ClientCertificate = KubeconfigFile.Resolve(folder, user.Text("client-certificate")),
        ClientCertificateData = user.Data("client-certificate-data"),
        ClientKey = KubeconfigFile.Resolve(folder, user.Text("client-key")),
        ClientKeyData = user.Data("client-key-data"),
        As = user.Text("as"),
        AsUid = user.Text("as-uid"),
        AsGroups = user.Texts("as-groups"),
        AsUserExtra = user.TextLists("as-user-extra"),
        AuthProvider = user.Child("auth-provider")?.Text("name"),
        Exec = user.Child("exec") is { } exec ? KubeconfigExec.Of(exec, folder) : null,
    };
}

/// <summary>A program that gives credentials.</summary>
internal sealed record KubeconfigExec
{
    public string Command { get; private init; } = "";

    public string ApiVersion { get; private init; } = "";

    public ImmutableArray<string> Arguments { get; private init; } = [];

    public ImmutableArray<KeyValuePair<string, string>> Environment { get; private init; } = [];

    public string InstallHint { get; private init; } = "";

    public string InteractiveMode { get; private init; } = "";

    public bool ProvidesClusterInfo { get; private init; }

    public static KubeconfigExec Of(KubeconfigObject exec, string folder)
    {
        var (command, version, mode) = (exec.Text("command"), exec.Text("apiVersion"), exec.Text("interactiveMode"));
        return new KubeconfigExec
        {
            // One without a slash is looked for on the PATH.
            Command = command.Contains('/', StringComparison.Ordinal) ? KubeconfigFile.Resolve(folder, command) : command,
            ApiVersion = version,
            Arguments = exec.Texts("args"),
            Environment = [.. exec.Items("env").Select(variable => KeyValuePair.Create(variable.Text("name"), variable.Text("value")))],
            InstallHint = exec.Text("installHint"),
            // Only the first version may leave it out.
            InteractiveMode = mode.Length == 0 && version == "client.authentication.k8s.io/v1beta1" ? "IfAvailable" : mode,
            ProvidesClusterInfo = exec.Flag("provideClusterInfo"),
        };
    }
}
