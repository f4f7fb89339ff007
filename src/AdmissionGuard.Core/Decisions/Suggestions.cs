using System.Collections.Immutable;

namespace AdmissionGuard.Core.Decisions;

/// <summary>Finds what a mistyped tenant name may have meant: only tenants that the user may adopt into.</summary>
internal static class Suggestions
{
    private const int MostAsked = 3;
    private const int MostEdits = 2;

    public static async Task<ImmutableArray<string>> ForAsync(
        string typed, Requester user, string adoptVerb, ITenants tenants, IAuthorizer authorizer, Deadline deadline)
    {
        var names = await tenants.NamesAsync(deadline);
        var near = names
            .Select(name => (Name: name, Edits: Distance(typed, name)))
            .Where(candidate => candidate.Edits <= Math.Min(MostEdits, typed.Length / 2))
            .OrderBy(candidate => candidate.Edits)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Take(MostAsked)
            .Select(candidate => (candidate.Name, Answer: authorizer.AskAsync(user, adoptVerb, candidate.Name, deadline)))
            .ToList();

        var allowed = ImmutableArray.CreateBuilder<string>();
        foreach (var (name, answer) in near)
        {
            if (await answer is Permission.Granted)
            {
                allowed.Add(name);
            }
        }

        return allowed.DrainToImmutable();
    }

    /// <summary>Levenshtein distance.</summary>
    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > MostEdits)
        {
            return int.MaxValue;
        }

        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var current = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}
