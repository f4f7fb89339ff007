using System.Collections.Immutable;

namespace AdmissionGuard.DecisionTable;

/// <summary>A Tenant reference as the tables write it: <c>oil</c>, <c>oil=typo</c>, <c>oil=</c>, <c>oil@v1beta1</c>.</summary>
/// <param name="Tenant">The tenant's name.</param>
/// <param name="Uid">The UID, as a word: the live one, or any other.</param>
/// <param name="Version">The version in its <c>apiVersion</c>.</param>
public sealed record Reference(string Tenant, string Uid = Reference.Live, string Version = Reference.Current)
{
    /// <summary>The word for the UID that the tenant has, or had before it went.</summary>
    public const string Live = "live";

    /// <summary>The version that completions write.</summary>
    public const string Current = "v1beta2";

    /// <summary>Whether nothing of it is to be fixed.</summary>
    public bool IsWhole => (Uid, Version) == (Live, Current);

    /// <inheritdoc />
    public override string ToString() => $"{Tenant}{(Uid == Live ? "" : $"={Uid}")}{(Version == Current ? "" : $"@{Version}")}";
}

/// <summary>
/// What a namespace says of its tenant: <c>label | references</c>, with <c>-</c> for none and <c>''</c> for an empty label.
/// </summary>
/// <param name="Label">The label's value; <see langword="null"/> if the key is absent.</param>
/// <param name="References">The Tenant references, in order.</param>
public sealed record RowTenancy(string? Label, ImmutableArray<Reference> References)
{
    /// <summary>Neither label nor ownerReference.</summary>
    public static RowTenancy None { get; } = new(null, []);

    /// <summary>The tenant that the label names; an empty value names none.</summary>
    public string? LabelledTenant => Label is "" ? null : Label;

    /// <summary>The tenants that the references name, each once.</summary>
    public ImmutableArray<string> Named { get; } = [.. References.Select(reference => reference.Tenant).Distinct(StringComparer.Ordinal)];

    /// <summary>Whether label and references are what a whole tenancy of one tenant, or of none, looks like.</summary>
    public bool IsSound => References switch
    {
        [] => Label is null,
        [var only] => only.Tenant == Label,
        _ => false,
    };

    /// <summary>A whole tenancy.</summary>
    /// <param name="tenant">The tenant; <see langword="null"/> for none.</param>
    /// <returns>The marks.</returns>
    public static RowTenancy In(string? tenant) => tenant is null ? None : new(tenant, [new Reference(tenant)]);

    /// <summary>Reads the notation of the tables.</summary>
    /// <param name="text">For instance <c>oil | oil=typo, gas@v1beta1</c>.</param>
    /// <returns>The marks.</returns>
    public static RowTenancy Parse(string text)
    {
        var parts = text.Split('|', StringSplitOptions.TrimEntries);
        var label = parts[0] switch { "-" => null, "''" => "", var value => value };
        return new(label, [.. parts[1].Split(',', StringSplitOptions.TrimEntries).Where(part => part != "-").Select(Read)]);
    }

    /// <summary>Whether both have the same references, in any order.</summary>
    /// <param name="other">The others.</param>
    /// <returns><see langword="true"/> when they do.</returns>
    public bool HasTheReferencesOf(RowTenancy other) =>
        References.Select(reference => reference.ToString()).Order(StringComparer.Ordinal)
            .SequenceEqual(
                other.References.Select(reference => reference.ToString()).Order(StringComparer.Ordinal), StringComparer.Ordinal);

    /// <inheritdoc />
    public override string ToString() =>
        $"{Label switch { null => "-", "" => "''", var value => value }} | {(References is [] ? "-" : string.Join(", ", References))}";

    private static Reference Read(string text)
    {
        var version = text.Split('@');
        var uid = version[0].Split('=');
        return new(uid[0], uid is [_, var given] ? given : Reference.Live, version is [_, var older] ? older : Reference.Current);
    }
}
