using YamlDotNet.RepresentationModel;

namespace AdmissionGuard.Kubernetes.Connections;

/// <summary>Reads <c>tokenFile</c> of a kubeconfig's current user, which KubernetesClient's model leaves out.</summary>
internal static class KubeconfigTokenFile
{
    /// <summary>The file named, or <see langword="null"/>.</summary>
    public static string? In(string kubeconfig)
    {
        using var text = File.OpenText(kubeconfig);
        var yaml = new YamlStream();
        yaml.Load(text);
        if (yaml.Documents is not [{ RootNode: YamlMappingNode root }, ..])
        {
            return null;
        }

        var context = Named(root, "contexts", Scalar(root, "current-context"));
        var user = Named(root, "users", Scalar(Child(context, "context"), "user"));
        return Scalar(Child(user, "user"), "tokenFile");
    }

    private static YamlMappingNode? Named(YamlMappingNode root, string list, string? name) =>
        root.Children.TryGetValue(list, out var node) && node is YamlSequenceNode items
            ? items.OfType<YamlMappingNode>().FirstOrDefault(item => Scalar(item, "name") == name)
            : null;

    private static YamlMappingNode? Child(YamlMappingNode? parent, string key) =>
        parent is not null && parent.Children.TryGetValue(key, out var node) ? node as YamlMappingNode : null;

    private static string? Scalar(YamlMappingNode? parent, string key) =>
        parent is not null && parent.Children.TryGetValue(key, out var node) ? (node as YamlScalarNode)?.Value : null;
}
