using System.Collections.Immutable;
using AdmissionGuard.Core.Requests;

namespace AdmissionGuard.Core.Decisions;

/// <summary>
/// Decides for which absent tenants a user learns that they do not exist: those on which the user has the required permission,
/// and those that the user may get. For other users an absent tenant looks like one without permission.
/// </summary>
internal static class AbsenceDisclosure
{
    private const string Get = "get";

    /// <summary>Asks for <c>get</c> on each name that no other permission covers, all at once.</summary>
    /// <param name="absent">The tenants that were not found.</param>
    /// <param name="isCovered">Whether the user needs no permission for a name, or has the required one.</param>
    /// <param name="request">The request.</param>
    /// <param name="authorizer">Answers access reviews.</param>
    /// <param name="deadline">The deadline for the result.</param>
    /// <returns>The names that the user may learn to be absent. A failed access review counts as a missing permission.</returns>
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
