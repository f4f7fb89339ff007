using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Server.Configuration;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Installed;

namespace AdmissionGuard.Tools.Planning;

/// <summary>The guard's configuration that a plan decides by: the file that is given, or that of the guard in the cluster.</summary>
/// <param name="Options">The configuration.</param>
/// <param name="Assumption">What is assumed because it could not be read, in a sentence; empty if nothing is.</param>
/// <param name="Notes">What else of it is unknown.</param>
internal sealed record PlannedConfiguration(GuardOptions Options, string Assumption, ImmutableArray<string> Notes)
{
    /// <summary>Reads it.</summary>
    /// <param name="options">What was asked.</param>
    /// <param name="reader">Reads the cluster.</param>
    /// <param name="place">The guard's namespace.</param>
    /// <exception cref="ConfigurationException">The file that was given, or a flag, is invalid.</exception>
    public static async Task<PlannedConfiguration> ReadAsync(PlanOptions options, ClusterReader reader, string place)
    {
        if (options.Config is not null)
        {
            return new PlannedConfiguration(Given(options.Config, options.Set), "", []);
        }

        var deployments = await Installation.DeploymentsAsync(reader, place);
        var found = await GuardConfiguration.ReadAsync(reader, Installation.Of(place, deployments), config: null, options.Set);
        return new PlannedConfiguration(found.Options, AssumptionOf(found, place), [.. NotesOf(found, deployments)]);
    }

    /// <summary>The configuration of a file, which may be none, and of flags.</summary>
    /// <exception cref="ConfigurationException">It is invalid.</exception>
    public static GuardOptions Given(string? file, IReadOnlyList<string> set)
    {
        var reading = new ConfigurationReader(file, set).Read();
        return reading.IsGood ? reading.Options : throw new ConfigurationException(reading.Errors);
    }

    private static string AssumptionOf(GuardConfiguration found, string place)
    {
        var why = found.Unreadable.Length > 0 ? $"could not be read: {found.Unreadable}"
            : found.IsMissing ? found.Errors[0].Message
            : found.Errors is [var first, ..] ? $"is invalid: {ConfigurationError.ToLines([first]).First()}"
            : "";
        return why.Length == 0
            ? ""
            : $"{found.Origin} of namespace {place} {why}; the plan assumes the defaults for settings that neither --set nor the "
                + "environment gives. To plan with the guard's configuration, give its file: --config FILE";
    }

    private static IEnumerable<string> NotesOf(GuardConfiguration found, ReadResult<IReadOnlyList<JsonNode>> deployments)
    {
        if (deployments is not ReadResult<IReadOnlyList<JsonNode>>.Found)
        {
            yield return $"the guard's Deployment could not be read ({UnreadText.WhyOf(deployments)}): its flags and environment "
                + "variables, which override the ConfigMap, are not considered";
        }

        if (found.Unseen is not [])
        {
            yield return $"not considered, because the values are stored elsewhere: {string.Join(", ", found.Unseen)}";
        }
    }
}
