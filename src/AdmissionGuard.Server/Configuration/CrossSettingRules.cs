using System.Collections.Immutable;
using AdmissionGuard.Core.Decisions;

namespace AdmissionGuard.Server.Configuration;

/// <summary>Rules that involve several settings.</summary>
internal static class CrossSettingRules
{
    /// <summary>Adds what is wrong with the options as a whole.</summary>
    /// <param name="options">The options.</param>
    /// <param name="origins">Where each setting that is not a default was written, by its path.</param>
    /// <param name="errors">Where errors go.</param>
    public static void Check(
        GuardOptions options, IReadOnlyDictionary<string, string> origins, ImmutableArray<ConfigurationError>.Builder errors)
    {
        var (verbs, clash) = (options.Verbs, options.Verbs.Override == options.Verbs.Adopt ? "verbs.adopt" : "verbs.release");
        if (verbs.Override == verbs.Adopt || verbs.Override == verbs.Release)
        {
            var where = origins.GetValueOrDefault("verbs.override") ?? origins.GetValueOrDefault(clash) ?? "";
            errors.Add(
                new ConfigurationError(
                    where, "verbs.override", $"must differ from {clash}: otherwise every user who may migrate may override every rule"));
        }
    }
}
