using System.Text;
using System.Text.Json.Nodes;

namespace AdmissionGuard.TestCluster.Nodes;

/// <summary>The ConfigMaps and Secrets that a pod mounts, as files in a folder of its own, written as kubelet writes them.</summary>
/// <param name="api">The API server.</param>
/// <param name="pod">The pod.</param>
/// <param name="folder">The pod's folder.</param>
internal sealed class PodVolumes(ApiClient api, JsonObject pod, string folder)
{
    private const string Current = "..data";

    private readonly Dictionary<string, string> _versions = new(StringComparer.Ordinal);

    /// <summary>The folders by the paths where they are mounted, the longest path first.</summary>
    public IReadOnlyDictionary<string, string> Folders { get; } = FoldersOf(pod, folder);

    /// <summary>Writes what has changed. A file of an object that is gone stays, as kubelet leaves it.</summary>
    /// <returns>What is missing, as in <c>configmap "admissionguard-config" not found</c>; <see langword="null"/> if nothing is.</returns>
    public async Task<string?> UpdateAsync()
    {
        string? missing = null;
        foreach (var volume in pod["spec"]!["volumes"]?.AsArray() ?? [])
        {
            var (kind, source, name) = volume!["configMap"] is { } map ? ("configmap", map, (string?)map["name"])
                : volume["secret"] is { } secret ? ("secret", secret, (string?)secret["secretName"])
                : ("", volume, null);
            if (name is null)
            {
                continue;
            }

            var answer = await api.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{pod["metadata"]!["namespace"]}/{kind}s/{name}");
            if (answer.IsOk)
            {
                missing ??= await WriteAsync(Path.Combine(folder, (string)volume["name"]!), answer.Object, source["items"]?.AsArray());
            }
            else if ((bool?)source["optional"] != true)
            {
                missing ??= $"{kind} \"{name}\" not found";
            }
        }

        return missing;
    }

    private static Dictionary<string, string> FoldersOf(JsonObject pod, string folder)
    {
        // A subPath and the volume of the service account are not rewritten: the program gets a kubeconfig.
        var mounted = (pod["spec"]!["volumes"]?.AsArray() ?? [])
            .Where(volume => volume!["configMap"] is not null || volume["secret"] is not null)
            .Select(volume => (string)volume!["name"]!)
            .ToHashSet(StringComparer.Ordinal);
        return (pod["spec"]!["containers"]![0]!["volumeMounts"]?.AsArray() ?? [])
            .Where(mount => mounted.Contains((string)mount!["name"]!))
            .OrderByDescending(mount => ((string)mount!["mountPath"]!).Length)
            .ToDictionary(
                mount => ((string)mount!["mountPath"]!).TrimEnd('/'),
                mount => Path.Combine(folder, (string)mount!["name"]!),
                StringComparer.Ordinal);
    }

    /// <summary>All files change at once: by one rename of a symbolic link.</summary>
    private async Task<string?> WriteAsync(string volume, JsonObject stored, JsonArray? items)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (key, value) in stored["data"]?.AsObject() ?? [])
        {
            var text = (string)value!;
            files[key] = (string)stored["kind"]! == "Secret" ? Convert.FromBase64String(text) : Encoding.UTF8.GetBytes(text);
        }

        if (items is not null)
        {
            if (items.FirstOrDefault(item => !files.ContainsKey((string)item!["key"]!)) is { } absent)
            {
                return $"{stored["metadata"]!["name"]} has no key {absent["key"]}";
            }

            files = items.ToDictionary(item => (string)item!["path"]!, item => files[(string)item!["key"]!], StringComparer.Ordinal);
        }

        var version = (string)stored["metadata"]!["resourceVersion"]!;
        if (_versions.GetValueOrDefault(volume) == version)
        {
            return null;
        }

        var (folder, link) = ($"..{version}", Path.Combine(volume, Current));
        Directory.CreateDirectory(Path.Combine(volume, folder));
        foreach (var (name, content) in files)
        {
            await File.WriteAllBytesAsync(Path.Combine(volume, folder, name), content);
        }

        Directory.CreateSymbolicLink($"{link}_tmp", folder);
        (await new Command("mv", ["-T", $"{link}_tmp", link]).RunAsync()).Ok();
        foreach (var name in files.Keys.Where(name => !File.Exists(Path.Combine(volume, name))))
        {
            File.CreateSymbolicLink(Path.Combine(volume, name), Path.Combine(Current, name));
        }

        foreach (var gone in Directory.EnumerateFiles(volume).Where(file => !files.ContainsKey(Path.GetFileName(file))))
        {
            File.Delete(gone);
        }

        _versions[volume] = version;
        return null;
    }
}
