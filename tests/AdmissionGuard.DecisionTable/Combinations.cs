using System.Collections.Immutable;

namespace AdmissionGuard.DecisionTable;

/// <summary>Enumerates what the table must have an answer to.</summary>
public static class Combinations
{
    /// <summary>Every state that a namespace can be stored in.</summary>
    public static ImmutableArray<RowTenancy> Stored { get; } =
    [
        .. new[]
        {
            "- | -", "oil | oil", "oil | -", "- | oil", "oil | gas", "oil | oil, gas", "oil | gas, coal", "- | oil, gas",
            "oil | oil=stale", "oil | oil=stale, gas", "oil | oil, oil=stale", "'' | -", "'' | oil", "oil | oil@v1beta1",
        }.Select(RowTenancy.Parse),
    ];

    /// <summary>What can be done to the label.</summary>
    private static ImmutableArray<Func<RowTenancy, string?>> Labels { get; } =
        [tenancy => tenancy.Label, _ => "oil", _ => "gas", _ => "coal", _ => null, _ => ""];

    /// <summary>What can be done to the references.</summary>
    private static ImmutableArray<Func<ImmutableArray<Reference>, IEnumerable<Reference>>> References { get; } =
    [
        old => old,
        old => old.Reverse(),
        _ => [],
        _ => [new("oil")],
        _ => [new("gas")],
        _ => [new("coal")],
        _ => [new("gas"), new("coal")],
        old => old.Add(new("oil")),
        old => old.Add(new("gas")),
        old => old.Add(new("coal")),
        old => [.. old, new("gas"), new("coal")],
        old => old.Select(reference => reference with { Uid = "typo" }),
        old => old.Select(reference => reference with { Uid = "" }),
        old => old.Select(reference => reference with { Uid = Reference.Live }),
        old => old.Select(reference => reference with { Version = reference.Version == "v1beta1" ? Reference.Current : "v1beta1" }),
        old => old.Take(1).SelectMany(reference => new[] { reference, reference with { Uid = "typo" } }),
        old => old.Take(1),
        old => old.TakeLast(1),
        old => old.Take(1).Select(reference => reference with { Uid = "typo" }),
        old => [.. old.Take(1).Select(reference => reference with { Uid = "typo" }), .. old.Skip(1)],
        _ => [new("gas", "typo")],
        _ => [new("gas", "")],
        _ => [new("gas", Reference.Live, "v1beta1")],
        old => old.Add(new("gas", "typo")),
        _ => [new("gas"), new("gas", "typo")],
    ];

    /// <summary>Every change of a namespace, and every way to create one, each once.</summary>
    public static ImmutableArray<Change> Changes { get; } = [
        .. AllChanges().DistinctBy(change => change.ToString(), StringComparer.Ordinal)
    ];

    /// <summary>Every change, by everyone, through everything, whatever the tenants' states.</summary>
    /// <returns>The situations.</returns>
    public static IEnumerable<Situation> All() =>
        from change in Changes
        from actor in Actor.All
        from way in change.IsCreate ? [("", false)] : Ways
        from world in change.AddsAnotherKind ? Worlds.Take(1) : way is ("", false) ? Worlds : FewWorlds
        select new Situation(change, actor, world, way.SubResource, way.IsTerminating);

    private static (string SubResource, bool IsTerminating)[] Ways { get; } =
        [
            .. from subResource in new[]
            {
                "",
                "status",
                "finalize",
            } from isTerminating in new[] { false, true } select (subResource, isTerminating),
        ];

    private static ImmutableArray<World> Worlds { get; } =
        [.. (from oil in States from gas in States select new World(oil, gas)), World.WithoutTenants];

    // Of a resource that is not served there is no tenant at all.
    private static TenantState[] States => [TenantState.Live, TenantState.Terminating, TenantState.Absent, TenantState.Unanswered];

    // What is refused before any look is refused in every world.
    private static ImmutableArray<World> FewWorlds { get; } =
        [
            new(),
            new(TenantState.Terminating, TenantState.Absent),
            new(TenantState.Unanswered, TenantState.Unanswered, TenantState.Unanswered),
        ];

    private static IEnumerable<Change> AllChanges()
    {
        foreach (var stored in Stored)
        {
            foreach (var received in Received(stored))
            {
                yield return new Change(stored, received);
                yield return new Change(stored, received, AddsAnotherKind: true);
            }
        }

        foreach (var received in new[] { "- | -", "- | oil" }.Select(RowTenancy.Parse).SelectMany(Received))
        {
            yield return new Change(null, received);
            yield return new Change(null, received, AddsAnotherKind: true);
        }
    }

    private static IEnumerable<RowTenancy> Received(RowTenancy stored) =>
        from label in Labels
        from references in References
        select new RowTenancy(label(stored), [.. references(stored.References)]);
}
