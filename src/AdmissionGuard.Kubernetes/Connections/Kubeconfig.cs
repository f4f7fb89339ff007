using k8s.KubeConfigModels;
using YamlDotNet.RepresentationModel;

namespace AdmissionGuard.Kubernetes.Connections;

/// <summary>One context of a kubeconfig file, as KubernetesClient's own model.</summary>
/// <remarks>KubernetesClient's reader uses reflection that Native AOT has not, and leaves out <c>tokenFile</c>.</remarks>
internal sealed class Kubeconfig
{
    private readonly string _folder;

    private Kubeconfig(string path, YamlMappingNode root, string? asked)
    {
        _folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var current = asked ?? Text(root, "current-context");
        var context = Child(Named(root, "contexts", current, path, asked is null ? "current-context names" : "--context asks for"), "context");
        var cluster = Child(Named(root, "clusters", Text(context, "cluster"), path, $"context '{current}' names"), "cluster");
        var user = Text(context, "user") is { } name ? Child(Named(root, "users", name, path, $"context '{current}' names"), "user") : null;
        TokenFile = FileAt(user, "tokenFile");
        // As everywhere: what stands in the file goes before what a plugin would give.
        var hasOther = TokenFile is not null || Text(user, "token") is { Length: > 0 } || Text(user, "username") is { Length: > 0 };
        Plugin = !hasOther && Child(user, "exec") is { } exec ? PluginOf(exec, cluster, path) : null;
        var isUser = Plugin is null || Text(user, "client-certificate") is { Length: > 0 } || Text(user, "client-certificate-data") is { Length: > 0 };
        Model = new K8SConfiguration
        {
            ApiVersion = "v1",
            Kind = "Config",
            CurrentContext = current,
            Contexts = [new Context { Name = current, ContextDetails = new ContextDetails { Cluster = "cluster", User = isUser ? "user" : null, Namespace = Text(context, "namespace") } }],
            Clusters = [new Cluster { Name = "cluster", ClusterEndpoint = Endpoint(cluster) }],
            Users = [new User { Name = "user", UserCredentials = Credentials(user) }],
        };
    }

    /// <summary>The context, its cluster and its user; file names are absolute.</summary>
    public K8SConfiguration Model { get; }

    /// <summary>The file that holds the user's token, where there is one.</summary>
    public string? TokenFile { get; }

    /// <summary>The program that gives the user's credentials, where there is one.</summary>
    public ExecPlugin? Plugin { get; }

    /// <summary>The files that the context refers to.</summary>
    public IEnumerable<string> Files()
    {
        var user = Model.Users.Single().UserCredentials;
        string?[] files = [Model.Clusters.Single().ClusterEndpoint.CertificateAuthority, user.ClientCertificate, user.ClientKey, TokenFile];
        return files.OfType<string>();
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="context">The context; <see langword="null"/> for the file's current one.</param>
    /// <exception cref="ConnectionSourceException">It can't be read, or that context is not complete.</exception>
    public static Kubeconfig Read(string path, string? context = null)
    {
        try
        {
            using var text = File.OpenText(path);
            var yaml = new YamlStream();
            yaml.Load(text);
            return yaml.Documents is [{ RootNode: YamlMappingNode root }, ..]
                ? new Kubeconfig(path, root, context)
                : throw new ConnectionSourceException($"kubeconfig {path} is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or YamlDotNet.Core.YamlException)
        {
            throw new ConnectionSourceException($"kubeconfig {path} can't be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private ClusterEndpoint Endpoint(YamlMappingNode? cluster) => new()
    {
        Server = Text(cluster, "server"),
        CertificateAuthority = FileAt(cluster, "certificate-authority"),
        CertificateAuthorityData = Text(cluster, "certificate-authority-data"),
        SkipTlsVerify = Text(cluster, "insecure-skip-tls-verify") is "true",
        TlsServerName = Text(cluster, "tls-server-name"),
    };

    private UserCredentials Credentials(YamlMappingNode? user) => new()
    {
        ClientCertificate = FileAt(user, "client-certificate"),
        ClientCertificateData = Text(user, "client-certificate-data"),
        ClientKey = FileAt(user, "client-key"),
        ClientKeyData = Text(user, "client-key-data"),
        // KubernetesClient wants a credential to be there; TokenFileAuth reads the file anew later.
        Token = TokenFile is null ? Text(user, "token") : File.ReadAllText(TokenFile).Trim(),
        UserName = Text(user, "username"),
        Password = Text(user, "password"),
    };

    private ExecPlugin PluginOf(YamlMappingNode exec, YamlMappingNode? cluster, string path)
    {
        var command = Text(exec, "command") is { Length: > 0 } given ? given : throw new ConnectionSourceException($"kubeconfig {path}: an exec plugin has no command");
        return new ExecPlugin(Text(exec, "apiVersion") ?? "", command.Contains('/', StringComparison.Ordinal) ? Path.GetFullPath(command, _folder) : command)
        {
            Arguments = [.. Items(exec, "args").OfType<YamlScalarNode>().Select(argument => argument.Value ?? "")],
            Environment = [.. Items(exec, "env").OfType<YamlMappingNode>().Select(variable => KeyValuePair.Create(Text(variable, "name") ?? "", Text(variable, "value") ?? "")).Where(variable => variable.Key.Length > 0)],
            InstallHint = Text(exec, "installHint") ?? "",
            IsInteractive = Text(exec, "interactiveMode") is "Always",
            Cluster = Text(exec, "provideClusterInfo") is "true" ? ClusterOf(cluster) : null,
        };
    }

    private ExecClusterWire ClusterOf(YamlMappingNode? cluster) => new(
        Text(cluster, "server"),
        Text(cluster, "tls-server-name"),
        Text(cluster, "insecure-skip-tls-verify") is "true" ? true : null,
        Text(cluster, "certificate-authority-data") ?? (FileAt(cluster, "certificate-authority") is { } file ? Convert.ToBase64String(File.ReadAllBytes(file)) : null));

    // Relative to the kubeconfig, as everywhere.
    private string? FileAt(YamlMappingNode? parent, string key) =>
        Text(parent, key) is { Length: > 0 } file ? Path.Combine(_folder, file) : null;

    private static YamlMappingNode Named(YamlMappingNode root, string list, string? name, string path, string whoAsks) =>
        Items(root, list).OfType<YamlMappingNode>().FirstOrDefault(item => Text(item, "name") == name)
        ?? throw new ConnectionSourceException($"kubeconfig {path}: {list} has none called '{name}', which {whoAsks}");

    private static YamlSequenceNode Items(YamlMappingNode parent, string key) =>
        parent.Children.TryGetValue(key, out var node) && node is YamlSequenceNode items ? items : [];

    private static YamlMappingNode? Child(YamlMappingNode? parent, string key) =>
        parent is not null && parent.Children.TryGetValue(key, out var node) ? node as YamlMappingNode : null;

    private static string? Text(YamlMappingNode? parent, string key) =>
        parent is not null && parent.Children.TryGetValue(key, out var node) ? (node as YamlScalarNode)?.Value : null;
}
