using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Policies;

namespace AdmissionGuard.Server.Configuration;

/// <summary>What values of a kind look like, for people and for the schema.</summary>
/// <param name="Wants">A description, as in <c>a DNS subdomain</c>.</param>
internal sealed record ValueForm(string Wants)
{
    /// <summary>The words it can be; empty if it is not a word of a set.</summary>
    public ImmutableArray<string> Words { get; init; } = [];

    /// <summary>Whether the words are YAML's own <c>true</c> and <c>false</c>.</summary>
    public bool IsBoolean { get; init; }

    /// <summary>What it matches; <see langword="null"/> for any text.</summary>
    public SettingSyntax? Syntax { get; init; }
}

/// <summary>A kind of values: how they are read and shown.</summary>
/// <param name="Form">What they look like.</param>
/// <param name="Read">Reads one; throws <see cref="FormatException"/> with what is wrong.</param>
/// <param name="Show">Shows one.</param>
internal sealed record SettingType<T>(ValueForm Form, Func<string, T> Read, Func<T, string> Show)
{
    public bool TryRead(GivenValue value, ImmutableArray<ConfigurationError>.Builder errors, [MaybeNullWhen(false)] out T read)
    {
        try
        {
            read = Read(value.Text);
            return true;
        }
        catch (FormatException e)
        {
            errors.Add(new ConfigurationError(value.Where, value.Path, e.Message));
            read = default;
            return false;
        }
    }
}

/// <summary>The kinds there are.</summary>
internal static class ValueKinds
{
    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static SettingType<bool> Switch { get; } = OneOf([("true", true), ("false", false)], isBoolean: true);

    /// <summary>A maintenance window.</summary>
    public static SettingType<MaintenanceWindow> Window { get; } = new(
        new ValueForm("CRON for DURATION in ZONE") { Syntax = SettingSyntax.Window },
        text => MaintenanceWindow.Parse(text) is var window && window.NextOpening(DateTimeOffset.UnixEpoch) is null
            ? throw new FormatException($"{MessageText.Quote(text)} is a window that never opens")
            : window,
        window => window.ToString());

    /// <summary>A word of an enumeration, in lower case.</summary>
    public static SettingType<T> Word<T>(params ReadOnlySpan<T> values)
        where T : struct, Enum
    {
        var words = ImmutableArray.CreateBuilder<(string, T)>(values.Length);
        foreach (var value in values)
        {
            words.Add((JsonNamingPolicy.CamelCase.ConvertName(value.ToString()), value));
        }

        return OneOf(words.DrainToImmutable());
    }

    /// <summary>Text of a syntax.</summary>
    public static SettingType<string> Of(SettingSyntax syntax) => new(
        new ValueForm(syntax.Name) { Syntax = syntax },
        text => syntax.Matches(text) ? text : throw new FormatException($"{MessageText.Quote(text)} is not {syntax.Name}"),
        text => text);

    private static SettingType<T> OneOf<T>(ImmutableArray<(string Word, T Value)> values, bool isBoolean = false)
        where T : struct
    {
        ImmutableArray<string> words = [.. values.Select(each => each.Word)];
        var wants = $"{string.Join(", ", words.SkipLast(1))} or {words[^1]}";
        return new SettingType<T>(
            new ValueForm(wants) { Words = words, IsBoolean = isBoolean },
            text => words.IndexOf(text) is >= 0 and var at
                ? values[at].Value
                : throw new FormatException($"{MessageText.Quote(text)} is not {wants}"),
            value => values.First(each => each.Value.Equals(value)).Word);
    }
}
