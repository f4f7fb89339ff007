using System.Text.Json.Nodes;
using AdmissionGuard.Kubernetes.Credentials;
using YamlDotNet.Core;

namespace AdmissionGuard.Kubernetes.Kubeconfigs;

/// <summary>What one kubeconfig file says, or several files together.</summary>
/// <remarks>Source: client-go, <c>tools/clientcmd/loader.go</c> and <c>tools/clientcmd/api/v1</c>.</remarks>
internal sealed record KubeconfigFile
{
    /// <summary>An empty file.</summary>
    public static KubeconfigFile Empty { get; } = new();

    public string CurrentContext { get; private init; } = "";

    public IReadOnlyDictionary<string, KubeconfigContext> Contexts { get; private init; } = new Dictionary<string, KubeconfigContext>(
        StringComparer.Ordinal);

    public IReadOnlyDictionary<string, KubeconfigCluster> Clusters { get; private init; } = new Dictionary<string, KubeconfigCluster>(
        StringComparer.Ordinal);

    public IReadOnlyDictionary<string, KubeconfigUser> Users { get; private init; } = new Dictionary<string, KubeconfigUser>(
        StringComparer.Ordinal);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its content; <see langword="null"/> if there is no such file.</returns>
    /// <exception cref="ConnectionSourceException">It can't be read.</exception>
    public static KubeconfigFile? Read(string path)
    {
        try
        {
            using var text = new StringReader(BoundedText.ReadFile(path, BoundedText.MaxKubeconfig));
            return Of(KubeconfigYaml.Read(text), Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or YamlException or FormatException)
        {
            throw new ConnectionSourceException($"kubeconfig {path} can't be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>Lets the first file that has a name, or a current context, decide; entries of one name are not mixed.</summary>
    /// <param name="files">The files.</param>
    /// <returns>What they say together.</returns>
    public static KubeconfigFile Merge(IReadOnlyList<KubeconfigFile> files) => new()
    {
        CurrentContext = files.Select(file => file.CurrentContext).FirstOrDefault(name => name.Length > 0) ?? "",
        Contexts = Merge(files, file => file.Contexts),
        Clusters = Merge(files, file => file.Clusters),
        Users = Merge(files, file => file.Users),
    };

    /// <summary>A file's name, relative to the folder of the kubeconfig that contains it.</summary>
    /// <exception cref="FormatException">No file can have this name.</exception>
    public static string Resolve(string folder, string file) => file.Length == 0 ? ""
        : FileName.IsValid(file) ? Path.GetFullPath(file, folder)
        : throw new FormatException($"'{file}' is not the name of a file");

    private static Dictionary<string, T> Merge<T>(
        IReadOnlyList<KubeconfigFile> files, Func<KubeconfigFile, IReadOnlyDictionary<string, T>> entries) =>
        files.SelectMany(entries).DistinctBy(entry => entry.Key, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);

    private static KubeconfigFile Of(JsonNode? document, string folder)
    {
        if (document is null)
        {
            return Empty;
        }

        var root = new KubeconfigObject(document as JsonObject ?? throw new FormatException("it is not a mapping"), "");
        if (root.Text("apiVersion") is not ("" or "v1") || root.Text("kind") is not ("" or "Config"))
        {
            throw new FormatException($"it is {root.Text("apiVersion")} {root.Text("kind")}, not v1 Config");
        }

        return new KubeconfigFile
        {
            CurrentContext = root.Text("current-context"),
            Contexts = Named(root, "contexts", "context", KubeconfigContext.Of),
            Clusters = Named(root, "clusters", "cluster", cluster => KubeconfigCluster.Of(cluster, folder)),
            Users = Named(root, "users", "user", user => KubeconfigUser.Of(user, folder)),
        };
    }

    private static Dictionary<string, T> Named<T>(KubeconfigObject root, string list, string field, Func<KubeconfigObject, T> read)
    {
        var entries = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var item in root.Items(list))
        {
            var name = item.Text("name");
            if (!entries.TryAdd(name, read(item.Child(field) ?? new KubeconfigObject([], $"{item.Path}.{field}"))))
            {
                throw new FormatException($"{list} has '{name}' twice");
            }
        }

        return entries;
    }
}
