using System.Collections.Immutable;

namespace AdmissionGuard.DecisionTable;

/// <summary>A change as it is written to a real API server.</summary>
/// <param name="Way">The way.</param>
/// <param name="Written">What is written.</param>
/// <param name="Change">What admission sees.</param>
/// <param name="Row">The row that it is of.</param>
public sealed record Write(Way Way, RowTenancy Written, Change Change, Row Row)
{
    /// <inheritdoc />
    public override string ToString() => $"{Row.Id} {Way}: {Change}";
}

/// <summary>Few writes that show every row in every way, from every stored state that has it: all pairs, as far as they exist.</summary>
public static class CoveringSample
{
    /// <summary>Chooses them.</summary>
    /// <returns>The writes.</returns>
    public static ImmutableArray<Write> Choose()
    {
        var kinds = AllWrites().GroupBy(write => (Row: write.Row.Id, write.Way, Stored: write.Change.Stored?.ToString() ?? "")).ToList();
        var wanted = kinds.SelectMany(kind => Pairs(kind.Key)).ToHashSet();
        var chosen = ImmutableArray.CreateBuilder<Write>();
        while (wanted.Count > 0)
        {
            var best = kinds.MaxBy(kind => Pairs(kind.Key).Count(wanted.Contains))!;
            wanted.ExceptWith(Pairs(best.Key));
            // Another one each time, of those that show the same.
            chosen.Add(best.ElementAt(chosen.Count % best.Count()));
        }

        return chosen.DrainToImmutable();
    }

    /// <summary>The pairs of row and way that no write shows.</summary>
    /// <returns>For instance <c>U8 Apply</c>.</returns>
    public static IEnumerable<string> Unreachable()
    {
        var reached = AllWrites().Select(write => (write.Row.Id, write.Way)).ToHashSet();
        return from row in Rows.All
               from way in Enum.GetValues<Way>()
               where row.IsCreate ? way is Way.Post or Way.Apply : way is not Way.Post
               where !reached.Contains((row.Id, way))
               select $"{row.Id} {way}";
    }

    private static IEnumerable<Write> AllWrites() =>
        from change in Combinations.Changes
        where change.Stored is null || CanBeStored(change.Stored)
        from way in Enum.GetValues<Way>()
        let received = Ways.Received(way, change.Stored, change.Received)
        where received is not null
        let seen = change with { Received = received }
        select new Write(way, change.Received, seen, Rows.Of(seen));

    // A real garbage collector deletes a namespace with a UID that nobody has.
    private static bool CanBeStored(RowTenancy stored) =>
        stored.References.All(reference => reference.Uid == Reference.Live)
            && stored.References.Distinct().Count() == stored.References.Length;

    private static IEnumerable<(string, string)> Pairs((string Row, Way Way, string Stored) kind) =>
        [(kind.Row, kind.Way.ToString()), (kind.Row, kind.Stored), (kind.Way.ToString(), kind.Stored)];
}
