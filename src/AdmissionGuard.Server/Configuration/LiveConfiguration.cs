using System.Collections.Immutable;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Server.Infrastructure;

namespace AdmissionGuard.Server.Configuration;

/// <summary>The configuration in use: the last good one.</summary>
internal sealed partial class LiveConfiguration
{
    private readonly ConfigurationReader _reader;
    private readonly ILogger<LiveConfiguration> _logger;
    private ConfigurationVersion _current;
    private Rejection _rejected = Rejection.None;
    private string _seen;

    /// <summary>Puts the first one in use.</summary>
    /// <param name="reader">Reads the configuration.</param>
    /// <param name="first">What it read at the start, without errors.</param>
    /// <param name="logger">Logs what is applied and what is refused.</param>
    public LiveConfiguration(ConfigurationReader reader, ConfigurationReading first, ILogger<LiveConfiguration> logger)
    {
        _reader = reader;
        _logger = logger;
        _seen = first.Fingerprint;
        _current = new ConfigurationVersion(1, first.Options);
        Log.Started(logger, Describe(Settings.Changes(new(), first.Options)));
    }

    /// <summary>The current configuration.</summary>
    public ConfigurationVersion Current => Volatile.Read(ref _current);

    /// <summary>What is wrong with the file as it is now; nothing if it is in use.</summary>
    public Rejection Rejected => Volatile.Read(ref _rejected);

    /// <summary>The file; <see langword="null"/> for none.</summary>
    public string? File => _reader.File;

    /// <summary>Checks the file. Not safe for concurrent use.</summary>
    /// <returns>Whether it changed, and the result.</returns>
    public ReloadResult Refresh()
    {
        if (_reader.Fingerprint() == _seen)
        {
            return ReloadResult.Same;
        }

        var reading = _reader.Read();
        _seen = reading.Fingerprint;
        return reading.IsGood ? Apply(reading) : Refuse(reading.Errors);
    }

    private ReloadResult Apply(ConfigurationReading reading)
    {
        var old = Current;
        var next = new ConfigurationVersion(old.Generation + 1, reading.Options);
        Volatile.Write(ref _current, next);
        Volatile.Write(ref _rejected, Rejection.None);
        Log.Applied(_logger, next.Generation, Describe(Settings.Changes(old.Options, next.Options)));
        return ReloadResult.Applied;
    }

    private ReloadResult Refuse(ImmutableArray<ConfigurationError> errors)
    {
        Volatile.Write(ref _rejected, new Rejection(errors));
        Log.Refused(_logger, Current.Generation, string.Join("; ", ConfigurationError.ToLines(errors)));
        return ReloadResult.Refused;
    }

    private static string Describe(IReadOnlyList<string> changes) => changes is [] ? "none" : string.Join("; ", changes);

    private static partial class Log
    {
        [LoggerMessage(40, LogLevel.Information, "Configuration 1 is in use; differences from the defaults: {Changes}")]
        public static partial void Started(ILogger logger, string changes);

        [LoggerMessage(41, LogLevel.Information, "Configuration {Generation} is in use; differences from the previous one: {Changes}")]
        public static partial void Applied(ILogger logger, long generation, string changes);

        [LoggerMessage(42, LogLevel.Error, "The configuration changed and is invalid; configuration {Generation} remains in use: {Errors}")]
        public static partial void Refused(ILogger logger, long generation, string errors);
    }
}

/// <summary>Why the file as it is now is not in use.</summary>
/// <param name="Errors">What is wrong with it; nothing if it is in use.</param>
internal sealed record Rejection(ImmutableArray<ConfigurationError> Errors)
{
    public static Rejection None { get; } = new([]);
}

/// <summary>One configuration. It is immutable: a review uses the same configuration from start to end.</summary>
/// <param name="Generation">Counts the configurations applied, from 1.</param>
/// <param name="Options">What was chosen.</param>
internal sealed record ConfigurationVersion(long Generation, GuardOptions Options);
