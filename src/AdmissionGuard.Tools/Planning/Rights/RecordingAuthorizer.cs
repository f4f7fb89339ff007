using System.Collections.Concurrent;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;

namespace AdmissionGuard.Tools.Planning.Rights;

/// <summary>Delegates to another authorizer, and records missing permissions.</summary>
/// <param name="authorizer">The other.</param>
internal sealed class RecordingAuthorizer(IAuthorizer authorizer) : IAuthorizer
{
    private readonly ConcurrentQueue<(string Verb, string Tenant)> _missing = [];

    /// <inheritdoc />
    public async Task<Permission> AskAsync(UserInfo user, string verb, string tenant, Deadline deadline)
    {
        var permission = await authorizer.AskAsync(user, verb, tenant, deadline);
        if (permission is Permission.Missing)
        {
            _missing.Enqueue((verb, tenant));
        }

        return permission;
    }

    /// <summary>The missing permissions that a refusal names; more may have been asked for, as for near names.</summary>
    public IEnumerable<(string Verb, string Tenant)> NamedIn(string refusal, string resource) =>
        _missing.Distinct().Where(need => refusal.Contains($"\"{need.Verb}\" on {resource} {MessageText.Quote(need.Tenant)}", StringComparison.Ordinal)).OrderByDescending(need => need.Verb, StringComparer.Ordinal);
}
