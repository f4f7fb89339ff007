using System.Collections.Immutable;
using AdmissionGuard.Core.Requests;

namespace AdmissionGuard.Core.Decisions;

/// <summary>
/// Decides which absent tenants a user is told to be absent: those on which the user has a permission that is asked, and
/// those that the user may get. To anybody else a tenant that does not exist looks like one without permission.
/// </summary>
internal static class AbsentTenants
{
    private const string Get = "get";

    /// <summary>Asks for <c>get</c> on each name that no other permission covers, all at once.</summary>
    /// <param name="absent">The tenants that were not found.</param>
    /// <param name="isCovered">Whether the user needs no permission on a name, or has the one that is asked.</param>
    /// <param name="request">The request.</param>
    /// <param name="authorizer">Answers access reviews.</param>
    /// <param name="deadline">When an answer is no longer of use.</param>
    /// <returns>The names that the user is told to be absent; an access review that fails counts as a missing permission.</returns>
    public static async Task<ImmutableArray<string>> ToldAsync(
        IReadOnlyCollection<string> absent,
        Func<string, bool> isCovered,
        NamespaceRequest request,
        IAuthorizer authorizer,
        Deadline deadline)
    {
        var reviews = absent
            .Select(name => (Name: name, Answer: isCovered(name) ? null : authorizer.AskAsync(request.User, Get, name, deadline)))
            .ToList();
        var told = ImmutableArray.CreateBuilder<string>(reviews.Count);
        foreach (var (name, answer) in reviews)
        {
            if (answer is null || await answer is Permission.Granted)
            {
                told.Add(name);
            }
        }

        return told.DrainToImmutable();
    }
}
