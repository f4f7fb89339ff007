using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Server.Configuration;
using AdmissionGuard.Tools.Cluster;
using Microsoft.Extensions.Configuration.Memory;

namespace AdmissionGuard.Tools.Installed;

/// <summary>The guard's own configuration, as it is read from the cluster.</summary>
/// <param name="Origin">Where it was read.</param>
/// <param name="Options">The options; the defaults if it is invalid.</param>
internal sealed record GuardConfiguration(string Origin, GuardOptions Options)
{
    /// <summary>The error.</summary>
    public ImmutableArray<ConfigurationError> Errors { get; private init; } = [];

    /// <summary>What came back instead of it, if it could not be read.</summary>
    public ReadResult<JsonObject>? Failed { get; private init; }

    /// <summary>Why it could not be read; empty if it was.</summary>
    public string Unreadable { get; private init; } = "";

    /// <summary>Whether the options are those of the guard: the configuration was read, and it is valid.</summary>
    public bool IsKnown => Errors is [] && Failed is null;

    /// <summary>Whether there is no such file in the cluster.</summary>
    public bool IsMissing { get; private init; }

    /// <summary>The environment variables that are not checked, because their values are stored elsewhere.</summary>
    public ImmutableArray<string> Unseen { get; private init; } = [];

    /// <summary>Reads it as the guard does.</summary>
    /// <param name="reader">Reads the cluster.</param>
    /// <param name="installation">How the guard is installed.</param>
    /// <param name="config">A file that takes the place of the installed one; <see langword="null"/> for none.</param>
    /// <param name="set">What <c>--set</c> flags say.</param>
    public static async Task<GuardConfiguration> ReadAsync(
        ClusterReader reader, Installation installation, string? config, IReadOnlyList<string> set)
    {
        if (config is { } file)
        {
            return Of(file, installation, set, file);
        }

        if (installation.ConfigFile is not { } mounted)
        {
            return Of("the configuration of defaults and flags", installation, set);
        }

        var (map, key) = (installation.ConfigMap, Path.GetFileName(mounted));
        var origin = $"ConfigMap {map}";
        return await reader.GetAsync(
            $"api/v1/namespaces/{Uri.EscapeDataString(installation.Namespace)}/configmaps/{Uri.EscapeDataString(map)}") switch
        {
            ReadResult<JsonObject>.Found read when read.Value.At("data", key).Text() is { } text =>
                Of(origin, installation, set, key, () => new StringReader(text)),
            ReadResult<JsonObject>.Found => Missing($"has no key {key}"),
            ReadResult<JsonObject>.NotFound => Missing($"not found in namespace {installation.Namespace}"),
            var failed => Of(origin, installation, set) with { Unreadable = UnreadText.WhyOf(failed), Failed = failed },
        };

        GuardConfiguration Missing(string words) =>
            Of(origin, installation, set) with { Errors = [new ConfigurationError("", "", words)], IsMissing = true };
    }

    /// <summary>As the guard reads it: the environment overrides the file, and flags override both.</summary>
    private static GuardConfiguration Of(
        string origin, Installation installation, IReadOnlyList<string> set, string? file = null, Func<TextReader>? open = null)
    {
        var environment = installation.Environment is { } given ? new MemoryConfigurationSource { InitialData = Without(given) } : null;
        var defaults = new GuardOptions { OwnNamespace = installation.Namespace };
        string[] flags = [.. installation.Set, .. set];
        var reading = new ConfigurationReader(file, flags, environment, open) { Defaults = defaults }.Read();
        // If the file is invalid, the environment and the flags still apply.
        var options = reading.IsGood ? reading.Options : file is null ? defaults : Of(origin, installation, set).Options;
        return new GuardConfiguration(origin, options)
        {
            Errors = reading.Errors,
            Unseen = UnseenOf(installation),
        };
    }

    private static ImmutableArray<string> UnseenOf(Installation installation) =>
        [
            .. installation.ReferredVariables.Where(IsSetting),
            .. installation.VariableSources.Select(source => $"the variables from {source}"),
        ];

    private static bool IsSetting(string variable) =>
        variable.StartsWith(ConfigurationReader.EnvironmentPrefix, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<KeyValuePair<string, string?>> Without(IEnumerable<KeyValuePair<string, string>> variables) => variables
        .Where(each => IsSetting(each.Key))
        .Select(
            each => KeyValuePair.Create(
                each.Key[ConfigurationReader.EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal),
                (string?)each.Value));
}
