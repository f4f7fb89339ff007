using System.Collections.Immutable;

namespace AdmissionGuard.Core.Capsule;

/// <summary>The port to Capsule's own configuration.</summary>
public interface ICapsule
{
    /// <summary>Reads the CapsuleConfiguration, live.</summary>
    /// <param name="deadline">The deadline for the result.</param>
    /// <returns>Its settings; failures of the cluster never throw.</returns>
    Task<CapsuleLookup> SettingsAsync(Deadline deadline);
}

/// <summary>What is read of the CapsuleConfiguration.</summary>
public sealed record CapsuleSettings
{
    /// <summary>What holds if there is none.</summary>
    public static CapsuleSettings None { get; } = new();

    /// <summary><c>spec.forceTenantPrefix</c>, for tenants that don't say it themselves.</summary>
    public bool ForcesTenantPrefix { get; init; }

    /// <summary><c>spec.administrators</c>.</summary>
    public ImmutableArray<TenantOwner> Administrators { get; init; } = [];

    /// <summary><c>spec.rbac.administrationClusterRoles</c>: what Capsule gives every administrator in every tenant.</summary>
    public ImmutableArray<string> AdministrationRoles { get; init; } = ["capsule-namespace-deleter"];

    /// <summary><c>spec.protectedNamespaceRegex</c>: a pattern for names of namespaces that are in no tenant; empty for none.</summary>
    public string ProtectedNamespaces { get; init; } = "";

    /// <summary><c>spec.ignoreUserWithGroups</c>: Capsule treats members of these groups as unknown users.</summary>
    public ImmutableArray<string> IgnoredGroups { get; init; } = [];
}

/// <summary>The result of reading the CapsuleConfiguration.</summary>
public abstract record CapsuleLookup
{
    private CapsuleLookup()
    {
    }

    /// <summary>It was read, or there is none.</summary>
    /// <param name="Settings">Its settings.</param>
    public sealed record Known(CapsuleSettings Settings) : CapsuleLookup
    {
        /// <summary>There is none.</summary>
        public static Known Nothing { get; } = new(CapsuleSettings.None);
    }

    /// <summary>The lookup failed; it can be repeated.</summary>
    /// <param name="Failure">The failure.</param>
    public sealed record Unknown(ApiFailure Failure) : CapsuleLookup;
}
