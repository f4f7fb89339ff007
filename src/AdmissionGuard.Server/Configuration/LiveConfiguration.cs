using System.Collections.Immutable;
using AdmissionGuard.Kubernetes.Infrastructure;

namespace AdmissionGuard.Server.Configuration;

/// <summary>The configuration in use: the last good one.</summary>
internal sealed partial class LiveConfiguration
{
    private readonly ConfigurationReader _reader;
    private readonly ILogger<LiveConfiguration> _logger;
    private readonly LastKnownGood<ConfigurationVersion, Rejection> _versions;

    /// <summary>Puts the first configuration in use.</summary>
    /// <param name="reader">Reads the configuration.</param>
    /// <param name="first">What it read at the start, without errors.</param>
    /// <param name="logger">Where changes and errors are logged.</param>
    public LiveConfiguration(ConfigurationReader reader, ConfigurationReadResult first, ILogger<LiveConfiguration> logger)
    {
        _reader = reader;
        _logger = logger;
        _versions = new(new ConfigurationVersion(1, first.Options), first.Fingerprint);
    }

    /// <summary>The configuration in use.</summary>
    public ConfigurationVersion Current => _versions.Value!;

    /// <summary>What is wrong with the file as it is now; <see langword="null"/> if it is in use.</summary>
    public Rejection? Rejected => _versions.Rejected;

    /// <summary>The file; <see langword="null"/> for none.</summary>
    public string? File => _reader.File;

    /// <summary>Reads the file if it changed. Call it from one thread at a time.</summary>
    /// <returns>The result.</returns>
    public ReloadResult Refresh()
    {
        var old = Current;
        var result = _versions.Reload(_reader.Fingerprint(), () =>
        {
            var reading = _reader.Read();
            return reading.IsGood
                ? new(new ConfigurationVersion(old.Generation + 1, reading.Options), null, reading.Fingerprint)
                : new(null, new Rejection(reading.Errors));
        });
        if (result is ReloadResult.Applied)
        {
            Log.Applied(_logger, Current.Generation, Describe(Settings.Changes(old.Options, Current.Options)));
        }
        else if (result is ReloadResult.Refused)
        {
            Log.Refused(_logger, old.Generation, string.Join("; ", ConfigurationError.ToLines(Rejected!.Errors)));
        }

        return result;
    }

    private static string Describe(IReadOnlyList<string> changes) => changes is [] ? "none" : string.Join("; ", changes);

    private static partial class Log
    {
        [LoggerMessage(41, LogLevel.Information, "Configuration {Generation} is in use; differences from the previous one: {Changes}")]
        public static partial void Applied(ILogger logger, long generation, string changes);

        [LoggerMessage(42, LogLevel.Error, "The configuration changed and is invalid; configuration {Generation} remains in use: {Errors}")]
        public static partial void Refused(ILogger logger, long generation, string errors);
    }
}

/// <summary>Why the file as it is now is not in use.</summary>
/// <param name="Errors">What is wrong with it, at least one error.</param>
internal sealed record Rejection(ImmutableArray<ConfigurationError> Errors);
