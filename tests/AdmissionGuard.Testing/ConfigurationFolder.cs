using System.Text;
using AdmissionGuard.Server.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace AdmissionGuard.Testing;

/// <summary>A folder with a configuration's file, called <c>config.yaml</c>.</summary>
internal sealed class ConfigurationFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");

    public string File => Path.Combine(_folder.FullName, "config.yaml");

    public void Dispose() => _folder.Delete(recursive: true);

    public void Write(string yaml) => System.IO.File.WriteAllBytes(File, Encoding.UTF8.GetBytes(yaml));

    /// <summary>Reads the file, under an environment of the test's own (<c>RULES__REASONGIVEN=warn</c>) and flags.</summary>
    public ConfigurationReader Reader(
        string[]? environment = null, string[]? set = null) => new(File, set ?? [], new MemoryConfigurationSource
    {
        InitialData = (environment ?? [])
            .Select(each => each.Split('=', 2))
            .Select(parts => KeyValuePair.Create(parts[0].Replace("__", ":", StringComparison.Ordinal), (string?)parts[1])),
    });

    public ConfigurationReadResult Read(string yaml, string[]? environment = null, string[]? set = null)
    {
        Write(yaml);
        return Reader(environment, set).Read();
    }
}
