namespace AdmissionGuard.Integration.Tests.Certificates;

/// <summary>A volume as kubelet mounts it: each file a link into <c>..data</c>, which is a link that changes by one rename.</summary>
internal sealed class MountedFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");
    private int _version;

    public string this[string file] => Path.Combine(_folder.FullName, file);

    public async Task MountAsync(params (string Name, string Text)[] files)
    {
        var version = $"..{++_version}";
        Directory.CreateDirectory(this[version]);
        foreach (var (name, text) in files)
        {
            await File.WriteAllTextAsync(Path.Combine(this[version], name), text);
            if (new FileInfo(this[name]).LinkTarget is null)
            {
                File.CreateSymbolicLink(this[name], $"..data/{name}");
            }
        }

        Directory.CreateSymbolicLink(this["..data_tmp"], version);
        (await new Command("mv", ["-T", this["..data_tmp"], this["..data"]]).RunAsync(TestContext.Current.CancellationToken)).Ok();
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
