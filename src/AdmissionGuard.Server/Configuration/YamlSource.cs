namespace AdmissionGuard.Server.Configuration;

/// <summary>A YAML file as a source of .NET's configuration.</summary>
/// <param name="file">The file; <see langword="null"/> for none.</param>
/// <param name="open">Opens it; <see langword="null"/> for a file of this machine.</param>
internal sealed class YamlSource(string? file, Func<TextReader>? open = null) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new YamlProvider(file, open);
}
