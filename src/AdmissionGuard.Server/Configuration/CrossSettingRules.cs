using System.Collections.Immutable;
using AdmissionGuard.Core.Decisions;

namespace AdmissionGuard.Server.Configuration;

/// <summary>What settings must be together, each of them being right by itself.</summary>
internal static class CrossSettingRules
{
    /// <summary>Adds what is wrong with the options as a whole.</summary>
    /// <param name="options">The options.</param>
    /// <param name="origins">Where each setting that is not a default was written, by its path.</param>
    /// <param name="errors">Where errors go.</param>
    public static void Check(GuardOptions options, IReadOnlyDictionary<string, string> origins, ImmutableArray<ConfigurationError>.Builder errors)
    {
        var (verbs, clash) = (options.Verbs, options.Verbs.Override == options.Verbs.Adopt ? "verbs.adopt" : "verbs.release");
        if (verbs.Override == verbs.Adopt || verbs.Override == verbs.Release)
        {
            var where = origins.GetValueOrDefault("verbs.override") ?? origins.GetValueOrDefault(clash) ?? "";
            errors.Add(new ConfigurationError(where, "verbs.override", $"is to differ from {clash}: otherwise whoever may migrate may lift every rule"));
        }
    }
}
