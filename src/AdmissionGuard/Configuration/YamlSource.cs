namespace AdmissionGuard.Configuration;

/// <summary>A YAML file as a source of .NET's configuration.</summary>
/// <param name="file">The file; <see langword="null"/> for none.</param>
internal sealed class YamlSource(string? file) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new YamlProvider(file);
}
