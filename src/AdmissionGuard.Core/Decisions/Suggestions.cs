using System.Collections.Immutable;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Requests;

namespace AdmissionGuard.Core.Decisions;

/// <summary>Suggests tenants for a mistyped name: only tenants into which the user may adopt.</summary>
internal static class Suggestions
{
    /// <summary>The maximum number of near names that are asked about, all at once.</summary>
    public const int MostAsked = 3;

    private const int MostEdits = 2;

    public static async Task<ImmutableArray<string>> ForAsync(
        string typed, UserInfo user, string adoptVerb, ITenants tenants, IAuthorizer authorizer, Deadline deadline)
    {
        var names = await tenants.NamesAsync(deadline);
        var near = names
            .Select(name => (Name: name, Edits: Distance(typed, name)))
            // A tenant of exactly this name was recreated just now.
            .Where(candidate => candidate.Edits > 0 && candidate.Edits <= Math.Min(MostEdits, typed.Length / 2))
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

    /// <summary>
    /// The number of single edits between two names: a letter added, left out, replaced, or swapped with the next (optimal string
    /// alignment).
    /// </summary>
    private static int Distance(string a, string b)
    {
        var edits = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                edits[i, j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(edits[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    edits[i, j] = Math.Min(edits[i, j], edits[i - 2, j - 2] + 1);
                }
            }
        }

        return edits[a.Length, b.Length];
    }
}
