using System.Text.RegularExpressions;

namespace AdmissionGuard.Core.Policies;

/// <summary>A regular expression out of a Tenant: written for Go's engine, and by people who are not the guard's operators.</summary>
/// <remarks>Matched in linear time, as Go does, so that no pattern can hold a review up.</remarks>
internal static class TenantPattern
{
    /// <summary>Reads a pattern.</summary>
    /// <returns><see langword="null"/> where it is none, or one that does not run in linear time.</returns>
    public static Regex? TryRead(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(100));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
