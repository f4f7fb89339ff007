using System.Collections.Immutable;

namespace AdmissionGuard.DecisionTable;

/// <summary>
/// The decision table, written from the design's text and from nothing else. Each row says itself when it holds; none relies on the order.
/// </summary>
public static class Rows
{
    private static readonly Condition Any = new("any", _ => true);
    private static readonly Condition Unchanged = new("unchanged or absent", change => change.Label == change.OldLabel);
    private static readonly Condition Set = new(
        "set or changed to B", change => change.Label is not null && change.Label != change.OldLabel);
    private static readonly Condition Removed = new("removed or emptied", change => change.Label is null && change.OldLabel is not null);
    private static readonly Condition Gone = new("removed", change => change.LosesReferences);
    private static readonly Condition AnotherKind = new("a reference to another kind of the tenant's API group is added", _ => true);

    /// <summary>The rows of UPDATE.</summary>
    public static ImmutableArray<Row> OfUpdate { get; } =
    [
        Update(
            "U1",
            Unchanged,
            new("unchanged, in any order", change => change.KeepsReferences),
            "nothing",
            _ => new Ask.Nothing(),
            ("oil | oil", "oil | oil"),
            ("oil | gas", "oil | gas")),
        Update(
            "U2",
            Set,
            new(
                "unchanged, removed, B, or the old ones and B",
                change => change.Named.All(name => name == change.Label || change.WasMember(name))),
            "B",
            change => new Ask.In(change.Label),
            ("oil | oil", "gas | oil"),
            ("oil | oil", "gas | oil, gas"),
            ("- | -", "gas | -"),
            ("gas | oil", "oil | oil")),
        Update(
            "U3",
            Set,
            new("a new one names a third tenant", change => change.Named.Any(name => name != change.Label && !change.WasMember(name))),
            "a contradiction",
            _ => new Ask.Contradiction(),
            ("oil | oil", "gas | coal")),
        Update(
            "U4",
            Removed,
            new("unchanged, or removed", change => change.KeepsReferences || change.Named is []),
            "none",
            _ => new Ask.In(null),
            ("oil | oil", "- | oil"),
            ("oil | oil", "'' | -")),
        Update(
            "U5",
            Removed,
            new("now only B", change => change.IsNowOneAlone),
            "B",
            change => new Ask.In(change.Named.Single()),
            ("oil | oil", "- | gas"),
            ("oil | oil", "- | oil=typo")),
        Update(
            "U6",
            Removed,
            new("now B and the old ones", change => change.IsNowSeveral),
            "a contradiction",
            _ => new Ask.Contradiction(),
            ("oil | oil", "- | oil, gas")),
        Update(
            "U7",
            Unchanged,
            new("now only one tenant, not named before", change => change.IsNowOneAlone && !change.WasMember(change.Named[0])),
            "that tenant",
            change => new Ask.In(change.Named.Single()),
            ("oil | oil", "oil | gas"),
            ("- | -", "- | gas"),
            ("oil | -", "oil | oil")),
        Update(
            "U8",
            Unchanged,
            new("removed, and the label names a current tenant", change => Gone.Holds(change) && change.WasMember(change.Label)),
            "that tenant, restored",
            change => new Ask.PutBack(change.Label!),
            ("oil | oil", "oil | -")),
        Update(
            "U9",
            Unchanged,
            new("removed, and the label names no current tenant", change => Gone.Holds(change) && !change.WasMember(change.Label)),
            "none",
            _ => new Ask.In(null),
            ("- | oil", "- | -"),
            ("oil | gas", "oil | -")),
        Update(
            "U10",
            Unchanged,
            new(
                "now only one current tenant: another one was removed, its UID or version differs or is empty, or its name is given twice",
                change => change.IsNowOneAlone && change.WasMember(change.Named[0])),
            "that tenant",
            change => new Ask.In(change.Named.Single()),
            ("oil | oil", "oil | oil=typo"),
            ("oil | oil, gas", "oil | oil")),
        Update(
            "U11",
            Unchanged,
            new("a tenant in addition to a current one, or several in another way than before", change => change.IsNowSeveral),
            "a contradiction",
            _ => new Ask.Contradiction(),
            ("oil | oil", "oil | oil, gas")),
        Update(
            "U12",
            Any,
            AnotherKind,
            "a contradiction",
            _ => new Ask.Contradiction(),
            ("oil | oil", "oil | oil")) with { IsOfAnotherKind = true },
    ];

    /// <summary>The rows of CREATE.</summary>
    public static ImmutableArray<Row> OfCreate { get; } =
    [
        Create(
            "C1",
            new("absent or empty", change => change.Label is null),
            new("none", change => change.Named is []),
            "nothing",
            _ => new Ask.Nothing(),
            "- | -"),
        Create(
            "C2",
            new("B", change => change.Label is not null),
            new("none", change => change.Named is []),
            "B",
            change => new Ask.In(change.Label),
            "gas | -"),
        Create(
            "C3",
            new("absent or empty", change => change.Label is null),
            new("only B", change => change.Named is [_]),
            "B",
            change => new Ask.In(change.Named.Single()),
            "- | gas=typo"),
        Create(
            "C4",
            new("B", change => change.Label is not null),
            new("only B", change => change.Named is [var only] && only == change.Label),
            "B",
            change => new Ask.In(change.Label),
            "gas | gas"),
        Create(
            "C5",
            Any,
            new(
                "another tenant than the label's, or several",
                change => change.Named is [var only] ? change.Label is not null && only != change.Label : change.Named.Length > 1),
            "a contradiction",
            _ => new Ask.Contradiction(),
            "gas | oil"),
        Create(
            "C6",
            Any,
            AnotherKind,
            "a contradiction",
            _ => new Ask.Contradiction(),
            "gas | gas") with { IsOfAnotherKind = true },
    ];

    /// <summary>All rows.</summary>
    public static ImmutableArray<Row> All { get; } = [.. OfUpdate, .. OfCreate];

    /// <summary>The row of a change.</summary>
    /// <param name="change">The change.</param>
    /// <returns>The only one that matches.</returns>
    public static Row Of(Change change) => All.Single(row => row.Matches(change));

    private static Row Update(
        string id,
        Condition label,
        Condition references,
        string asked,
        Func<Change, Ask> ask,
        params (string Stored, string Received)[] examples) =>
        new(id, IsCreate: false, label, references, asked, ask) { Examples = examples };

    private static Row Create(string id, Condition label, Condition references, string asked, Func<Change, Ask> ask, string example) =>
        new(id, IsCreate: true, label, references, asked, ask) { Examples = [("", example)] };
}
