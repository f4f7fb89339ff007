using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Server.Configuration;
using AdmissionGuard.Tools.Manifests;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace AdmissionGuard.Tools.Checking.Cases;

/// <summary>A case's own configuration: read and checked as the server's is, and laid over what the command line says.</summary>
internal static class CaseConfiguration
{
    public static GuardOptions Apply(GuardOptions below, Document document, InputErrors errors)
    {
        var source = new MemoryConfigurationSource { InitialData = Flatten(document, "", JsonPath.Root, document.Root) };
        var provider = new ConfigurationBuilder().Add(source).Build().Providers.Single();
        var found = ImmutableArray.CreateBuilder<ConfigurationError>();
        var origins = new Dictionary<string, string>(StringComparer.Ordinal);
        var options = new ConfigurationLayer(provider, key => key, StringComparison.Ordinal, SplitsText: false).ApplyTo(
            below, origins, found);
        CrossSettingRules.Check(options, origins, found);
        foreach (var error in found)
        {
            errors.Add(document.Error($"$.{error.Path}", error.Message));
        }

        return options;
    }

    /// <summary>As .NET's configuration has it: keys with <c>:</c> between their parts, and a text each.</summary>
    private static IEnumerable<KeyValuePair<string, string?>> Flatten(
        Document document, string key, string path, JsonNode? node) => node switch
    {
        JsonObject { Count: > 0 } map =>
            map.SelectMany(each => Flatten(document, Join(key, each.Key), JsonPath.Join(path, each.Key), each.Value)),
        JsonArray { Count: > 0 } list => list.SelectMany((each, index) =>
            Flatten(document, Join(key, index.ToString(CultureInfo.InvariantCulture)), JsonPath.Join(path, index), each)),
        JsonArray => [new(key, "")],
        JsonValue value => [new(key, document.TextAt(path, value))],
        _ when key.Length == 0 => [],
        _ => [new(key, null)],
    };

    private static string Join(string parent, string name) => parent.Length == 0 ? name : $"{parent}:{name}";
}
