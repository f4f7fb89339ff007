using System.Collections.Immutable;
using AdmissionGuard.Core.Decisions;

namespace AdmissionGuard.Server.Configuration;

/// <summary>
/// One setting: a line of <see cref="Settings.All"/>, from which reading, checking, the schema, the sample and the reference all come.
/// </summary>
internal abstract class Setting
{
    /// <summary>Its path, as in <c>rules.reasonGiven</c>.</summary>
    public required string Path { get; init; }

    /// <summary>What it is for, in one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>A value that is not the default, where that helps; empty for none.</summary>
    public string Example { get; init; } = "";

    /// <summary>What its values, or its items, look like.</summary>
    public abstract ValueForm Form { get; }

    public abstract bool IsList { get; }

    /// <summary>The expected value, for error messages.</summary>
    public string Wanted => IsList ? $"must be a list, each item {Form.Wants}" : $"must be {Form.Wants}";

    /// <summary>Its values in some options: one, or a list's items.</summary>
    public abstract ImmutableArray<string> Show(GuardOptions options);

    /// <summary>Applies values to options, and reports invalid values.</summary>
    public abstract GuardOptions Apply(
        GuardOptions options, IReadOnlyList<GivenValue> values, ImmutableArray<ConfigurationError>.Builder errors);
}

/// <summary>A setting of one value.</summary>
internal sealed class Setting<T>(SettingType<T> kind, Func<GuardOptions, T> get, Func<GuardOptions, T, GuardOptions> set) : Setting
{
    public override ValueForm Form => kind.Form;

    public override bool IsList => false;

    public override ImmutableArray<string> Show(GuardOptions options) => [kind.Show(get(options))];

    public override GuardOptions Apply(
        GuardOptions options, IReadOnlyList<GivenValue> values, ImmutableArray<ConfigurationError>.Builder errors) =>
        values.Aggregate(options, (so, value) => kind.TryRead(value, errors, out var read) ? set(so, read) : so);
}

/// <summary>A setting that is a list.</summary>
internal sealed class ListSetting<T>(
    SettingType<T> kind, Func<GuardOptions, IEnumerable<T>> get, Func<GuardOptions, ImmutableArray<T>, GuardOptions> set) : Setting
{
    public override ValueForm Form => kind.Form;

    public override bool IsList => true;

    public override ImmutableArray<string> Show(GuardOptions options) => [.. get(options).Select(kind.Show)];

    public override GuardOptions Apply(
        GuardOptions options, IReadOnlyList<GivenValue> values, ImmutableArray<ConfigurationError>.Builder errors)
    {
        var items = ImmutableArray.CreateBuilder<T>(values.Count);
        foreach (var value in values)
        {
            if (kind.TryRead(value, errors, out var item))
            {
                items.Add(item);
            }
        }

        return set(options, items.DrainToImmutable());
    }
}
