using System.Collections.Immutable;
using AdmissionGuard.Core.Decisions;

namespace AdmissionGuard.Server.Configuration;

/// <summary>The result of reading the configuration.</summary>
/// <param name="Fingerprint">The file's, taken before it was read: a change in between is detected by the next check.</param>
/// <param name="Options">The options; do not use them if there are errors.</param>
/// <param name="Errors">Everything that is wrong.</param>
internal sealed record ConfigurationReadResult(string Fingerprint, GuardOptions Options, ImmutableArray<ConfigurationError> Errors)
{
    public bool IsGood => Errors is [];
}
