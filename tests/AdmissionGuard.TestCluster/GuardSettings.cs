using System.Collections.Immutable;

namespace AdmissionGuard.TestCluster;

/// <summary>What a guard is started with, beside what every test needs.</summary>
public sealed record GuardSettings
{
    /// <summary>More arguments of <c>serve</c>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>What is added to its environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The label that those arguments make it look at.</summary>
    public string LabelKey { get; init; } = "capsule.clastix.io/tenant";
}
