using System.Collections.Immutable;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;

namespace AdmissionGuard.Tests.Properties;

/// <summary>The cluster as a scenario has it; an incident changes it.</summary>
internal sealed class ModelCluster(World world, Asker asker) : ITenants, ICapsule, IAuthorizer
{
    private readonly Dictionary<string, (TenantLife Life, string Uid)> _lives =
        world.Tenants.ToDictionary(tenant => tenant.Name, tenant => (tenant.Life, $"{tenant.Name}-live"), StringComparer.Ordinal);

    public void Befall(Incident incident, string tenant) => _lives[tenant] = incident switch
    {
        Incident.Recreated => (TenantLife.Live, $"{tenant}-new"),
        Incident.Deleted => (TenantLife.Absent, _lives[tenant].Uid),
        Incident.Dying when _lives[tenant].Life is TenantLife.Live => (TenantLife.Terminating, _lives[tenant].Uid),
        _ => _lives[tenant],
    };

    public TenantLife LifeOf(string tenant) => _lives.TryGetValue(tenant, out var known) ? known.Life : TenantLife.Absent;

    /// <summary>The UID, where the tenant is there.</summary>
    public string? UidOf(string tenant) =>
        _lives.TryGetValue(tenant, out var known) && known.Life is TenantLife.Live or TenantLife.Terminating ? known.Uid : null;

    public bool Owns(string tenant) =>
        UidOf(tenant) is not null
            && !asker.IsCapsuleAdministrator
            && !asker.IsInIgnoredGroup
            && world.Tenants.Single(each => each.Name == tenant).IsOwned;

    public Task<TenantLookup> FindAsync(string name, Deadline deadline) => Task.FromResult<TenantLookup>(LifeOf(name) switch
    {
        TenantLife.Absent => new TenantLookup.Absent(),
        TenantLife.Unanswered => new TenantLookup.Unknown(new ApiFailure(ApiFailureKind.TimedOut)),
        TenantLife.NotServed => new TenantLookup.NotServed(),
        var life => new TenantLookup.Found(Read(world.Tenants.Single(tenant => tenant.Name == name), life)),
    });

    public Task<ImmutableArray<string>> NamesAsync(Deadline deadline) => Task.FromResult(World.Names);

    public Task<CapsuleLookup> SettingsAsync(
        Deadline deadline) => Task.FromResult<CapsuleLookup>(new CapsuleLookup.Known(new CapsuleSettings
    {
        ForcesTenantPrefix = world.CapsuleForcesPrefix,
        Administrators = asker.IsCapsuleAdministrator ? [new TenantOwner("User", asker.Name)] : [],
        IgnoredGroups = ["ignored"],
    }));

    public Task<Permission> AskAsync(UserInfo user, string verb, string tenant, Deadline deadline) =>
        Task.FromResult<Permission>(
            user.Name == asker.Name && asker.Has(verb, tenant) ? new Permission.Granted() : new Permission.Missing());

    private Tenant Read(ModelTenant tenant, TenantLife life) => new(tenant.Name, _lives[tenant.Name].Uid)
    {
        IsTerminating = life is TenantLife.Terminating,
        Owners = tenant.IsOwned ? [new TenantOwner("User", asker.Name)] : [],
        IsCordoned = tenant.IsCordoned,
        NamespaceQuota = tenant.Quota,
        NamespaceCount = 3,
        ForcesPrefix = tenant.ForcesPrefix,
        ForbiddenLabels = tenant.ForbidsLabel ? new ForbiddenKeys(["team"], "") : ForbiddenKeys.None,
        RequiredLabels = tenant.RequiresLabel ? [new("team", "^b")] : [],
        MaintenanceWindows = tenant.HasClosedWindow ? "0 0 29 2 * for 1m in UTC" : "",
    };
}
