using System.Collections.Immutable;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;

namespace AdmissionGuard.Tests.Reviews;

/// <summary>Everything lives and everything is granted.</summary>
internal sealed class GrantingCluster : ITenants, ICapsule, IAuthorizer
{
    public TenantLookup? Lookup { get; set; }

    public int Calls { get; private set; }

    public UserInfo? User { get; private set; }

    public Task<TenantLookup> FindAsync(string name, Deadline deadline)
    {
        Calls++;
        return Task.FromResult(Lookup ?? new TenantLookup.Found(new Tenant(name, $"{name}-uid")));
    }

    public Task<ImmutableArray<string>> NamesAsync(Deadline deadline) => Task.FromResult<ImmutableArray<string>>([]);

    public Task<CapsuleLookup> SettingsAsync(Deadline deadline) => Task.FromResult<CapsuleLookup>(CapsuleLookup.Known.Nothing);

    public Task<Permission> AskAsync(UserInfo user, string verb, string tenant, Deadline deadline)
    {
        Calls++;
        User = user;
        return Task.FromResult<Permission>(new Permission.Granted());
    }
}
