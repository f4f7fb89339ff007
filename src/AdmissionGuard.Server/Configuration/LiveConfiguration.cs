using System.Collections.Immutable;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Server.Infrastructure;

namespace AdmissionGuard.Server.Configuration;

/// <summary>The configuration in force: the last good one.</summary>
internal sealed partial class LiveConfiguration
{
    private readonly ConfigurationReader _reader;
    private readonly ILogger<LiveConfiguration> _logger;
    private ConfigurationVersion _current;
    private Rejection _rejected = Rejection.None;
    private string _seen;

    /// <summary>Puts the first one in force.</summary>
    /// <param name="reader">Reads the configuration.</param>
    /// <param name="first">What it read at the start, without errors.</param>
    /// <param name="logger">Is told what is applied and what is refused.</param>
    public LiveConfiguration(ConfigurationReader reader, ConfigurationReading first, ILogger<LiveConfiguration> logger)
    {
        _reader = reader;
        _logger = logger;
        _seen = first.Fingerprint;
        _current = new ConfigurationVersion(1, first.Options);
        Log.Started(logger, Told(Settings.Changes(new(), first.Options)));
    }

    /// <summary>What reviews are answered with now.</summary>
    public ConfigurationVersion Current => Volatile.Read(ref _current);

    /// <summary>What is wrong with the file as it is now; nothing where it is in force.</summary>
    public Rejection Rejected => Volatile.Read(ref _rejected);

    /// <summary>The file; <see langword="null"/> for none.</summary>
    public string? File => _reader.File;

    /// <summary>Looks at the file. Not to be called twice at a time.</summary>
    /// <returns>Whether it changed, and what came of it.</returns>
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
        Log.Applied(_logger, next.Generation, Told(Settings.Changes(old.Options, next.Options)));
        return ReloadResult.Applied;
    }

    private ReloadResult Refuse(ImmutableArray<ConfigurationError> errors)
    {
        Volatile.Write(ref _rejected, new Rejection(errors));
        Log.Refused(_logger, Current.Generation, string.Join("; ", ConfigurationError.Tell(errors)));
        return ReloadResult.Refused;
    }

    private static string Told(IReadOnlyList<string> changes) => changes is [] ? "nothing differs" : string.Join("; ", changes);

    private static partial class Log
    {
        [LoggerMessage(40, LogLevel.Information, "Configuration 1 is in force; beside the defaults: {Changes}")]
        public static partial void Started(ILogger logger, string changes);

        [LoggerMessage(41, LogLevel.Information, "Configuration {Generation} is in force; beside the one before: {Changes}")]
        public static partial void Applied(ILogger logger, long generation, string changes);

        [LoggerMessage(42, LogLevel.Error, "The configuration changed and can't be used, configuration {Generation} stays: {Errors}")]
        public static partial void Refused(ILogger logger, long generation, string errors);
    }
}

/// <summary>Why the file as it is now is not in force.</summary>
/// <param name="Errors">What is wrong with it; nothing where it is in force.</param>
internal sealed record Rejection(ImmutableArray<ConfigurationError> Errors)
{
    public static Rejection None { get; } = new([]);
}

/// <summary>One configuration. It never changes: a review finishes on the one that it began with.</summary>
/// <param name="Generation">Counts the configurations applied, from 1.</param>
/// <param name="Options">What was chosen.</param>
internal sealed record ConfigurationVersion(long Generation, GuardOptions Options);
