using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Kubernetes.Tenants;
using AdmissionGuard.Tools.Manifests;
using AdmissionGuard.Tools.Rbac;

namespace AdmissionGuard.Tools.Simulation.Clusters;

/// <summary>The engine's dependencies, implemented with files: objects that are not in the files do not exist.</summary>
internal sealed class OfflineCluster : ITenants, ICapsule
{
    private readonly ImmutableDictionary<string, Tenant> _tenants;
    private readonly CapsuleSettings _capsule;

    private OfflineCluster(ImmutableDictionary<string, Tenant> tenants, CapsuleSettings capsule)
    {
        _tenants = tenants;
        _capsule = capsule;
    }

    /// <summary>Reads what matters of the objects.</summary>
    /// <param name="objects">The objects.</param>
    /// <param name="stored">The namespace as it is stored; <see langword="null"/> for none.</param>
    /// <param name="options">What a tenant is.</param>
    /// <param name="now">The time of the decisions.</param>
    /// <param name="errors">Receives the errors.</param>
    public static EngineDependencies Read(
        ManifestStore objects, JsonObject? stored, GuardOptions options, TimeProvider now, InputErrors errors)
    {
        var kind = options.Tenant;
        var missing = new TenantUidResolver(stored, kind);
        var tenants = ImmutableDictionary.CreateBuilder<string, Tenant>(StringComparer.Ordinal);
        foreach (var document in objects.Of(kind.Group, kind.Kind).Where(each => HasVersion(each, kind.ApiVersion)))
        {
            if (document.Accept(CapsuleObjects.ReadTenant(document.Root, missing.Of), errors) is { } tenant)
            {
                tenants[tenant.Name] = tenant;
            }
        }

        var capsule = CapsuleConfigurationReference.Of(options) is { } reference
            && objects.Find(TenantKind.CapsuleGroup, CapsuleConfigurationReference.Kind, reference.Name) is { } configuration
            && HasVersion(configuration, CapsuleConfigurationReference.ApiVersion)
            ? configuration.Accept(CapsuleObjects.ReadConfiguration(configuration.Root), errors)
            : null;
        var cluster = new OfflineCluster(tenants.ToImmutable(), capsule ?? CapsuleSettings.None);
        return new EngineDependencies(cluster, cluster, RbacAuthorizer.Read(objects, kind, errors), now);

        bool HasVersion(Document document, string apiVersion)
        {
            if (document.ApiVersion == apiVersion)
            {
                return true;
            }

            errors.Add(document.Error("$.apiVersion", $"must be {apiVersion}, the configured version"));
            return false;
        }
    }

    public Task<TenantLookup> FindAsync(string name, Deadline deadline) =>
        Task.FromResult<TenantLookup>(
            _tenants.TryGetValue(name, out var tenant) ? new TenantLookup.Found(tenant) : new TenantLookup.Absent());

    public Task<ImmutableArray<string>> NamesAsync(Deadline deadline) =>
        Task.FromResult<ImmutableArray<string>>([.. _tenants.Keys.Order(StringComparer.Ordinal)]);

    public Task<CapsuleLookup> SettingsAsync(Deadline deadline) => Task.FromResult<CapsuleLookup>(new CapsuleLookup.Known(_capsule));
}
