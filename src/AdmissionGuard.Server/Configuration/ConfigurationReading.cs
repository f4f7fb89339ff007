using System.Collections.Immutable;
using AdmissionGuard.Core.Decisions;

namespace AdmissionGuard.Server.Configuration;

/// <summary>What reading the configuration came to.</summary>
/// <param name="Fingerprint">The file's, taken before it was read: a change in between shows at the next look.</param>
/// <param name="Options">What was chosen; not to be used where there are errors.</param>
/// <param name="Errors">Everything that is wrong.</param>
internal sealed record ConfigurationReading(string Fingerprint, GuardOptions Options, ImmutableArray<ConfigurationError> Errors)
{
    public bool IsGood => Errors is [];
}
