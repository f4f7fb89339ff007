using System.Collections.Immutable;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Kubernetes.Infrastructure;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Memory;

namespace AdmissionGuard.Server.Configuration;

/// <summary>Reads the whole configuration: the defaults, under the file, under the environment, under <c>--set</c>.</summary>
/// <param name="file">The file; <see langword="null"/> for none.</param>
/// <param name="set">What <c>--set</c> said, each <c>PATH=VALUE</c>.</param>
/// <param name="environment">The environment's variables, without the prefix; <see langword="null"/> for those of this process.</param>
/// <param name="open">Opens the file where it is not of this machine: a key of a ConfigMap, for example.</param>
internal sealed class ConfigurationReader(
    string? file, IReadOnlyList<string> set, IConfigurationSource? environment = null, Func<TextReader>? open = null)
{
    /// <summary>What the environment's variables begin with.</summary>
    /// <remarks>Two underscores: those with one are Kubernetes' own, for a Service called <c>admissionguard</c>.</remarks>
    public const string EnvironmentPrefix = "ADMISSIONGUARD__";

    /// <summary>The options that no layer sets.</summary>
    public GuardOptions Defaults { get; init; } = new();

    public string? File => file;

    public string Fingerprint() => file is null || open is not null ? "" : ContentFingerprint.OfFiles([file]);

    public ConfigurationReadResult Read()
    {
        var fingerprint = Fingerprint();
        var errors = ImmutableArray.CreateBuilder<ConfigurationError>();
        var (options, origins) = (Defaults, new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var layer in Layers(errors))
        {
            options = layer.ApplyTo(options, origins, errors);
        }

        CrossSettingRules.Check(options, origins, errors);
        return new ConfigurationReadResult(fingerprint, options, errors.DrainToImmutable());
    }

    /// <summary>From the lowest to the highest.</summary>
    private IEnumerable<ConfigurationLayer> Layers(ImmutableArray<ConfigurationError>.Builder errors)
    {
        var yaml = new YamlSource(file, open);
        var flags = new MemoryConfigurationSource { InitialData = Flags() };
        var root = new ConfigurationBuilder()
            .Add(yaml)
            .Add(environment ?? new EnvironmentVariablesConfigurationSource { Prefix = EnvironmentPrefix })
            .Add(flags)
            .Build();
        return root.Providers.ToArray() switch
        {
            [YamlProvider ofFile, var ofEnvironment, var ofFlags] =>
            [
                ConfigurationLayer.Of(ofFile, errors),
                new ConfigurationLayer(
                    ofEnvironment,
                    key => EnvironmentPrefix + key.Replace(":", "__", StringComparison.Ordinal),
                    StringComparison.OrdinalIgnoreCase,
                    SplitsText: true),
                new ConfigurationLayer(ofFlags, _ => "--set", StringComparison.Ordinal, SplitsText: true),
            ],
            _ => throw new InvalidOperationException("a configuration has one provider for each source"),
        };
    }

    // The last one of several for a setting holds, as everywhere on a command line.
    private IEnumerable<KeyValuePair<string, string?>> Flags() => set
        .Select(each => (Given: each, At: each.IndexOf('=', StringComparison.Ordinal)))
        .Select(each => KeyValuePair.Create(each.Given[..each.At].Replace('.', ':'), (string?)each.Given[(each.At + 1)..]))
        .GroupBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase)
        .Select(same => same.Last());
}
