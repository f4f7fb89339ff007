using System.Collections.Immutable;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Tenancies;

namespace AdmissionGuard.Core.Decisions;

/// <summary>The operators' configuration of decisions.</summary>
public sealed record GuardOptions
{
    /// <summary>What happens to a request that lacks a permission or breaks a rule.</summary>
    public EnforcementMode Mode { get; init; } = EnforcementMode.Enforce;

    /// <summary>Which warnings are sent with an admitted request.</summary>
    public WarningKinds Warnings { get; init; } = WarningKinds.All;

    /// <summary>What a tenant is.</summary>
    public TenantKind Tenant { get; init; } = new();

    /// <summary>The required verbs.</summary>
    public Verbs Verbs { get; init; } = new();

    /// <summary>The name of the CapsuleConfiguration, which is used for tenants of Capsule's API group; empty for none.</summary>
    public string CapsuleConfiguration { get; init; } = "default";

    /// <summary>
    /// User names, exact, that need neither <see cref="Verbs.Release"/> nor <see cref="Verbs.Adopt"/>. The rules bind them, and
    /// to lift those takes <see cref="Verbs.Override"/>.
    /// </summary>
    public ImmutableHashSet<string> ExemptUsers { get; init; } = [];

    /// <summary>User names, exact, of the tenants' controllers: an update by one of them is never completed into a migration.</summary>
    public ImmutableArray<string> TenantControllers { get; init; } = ["system:serviceaccount:capsule-system:capsule"];

    /// <summary>The namespace that the guard runs in.</summary>
    public string OwnNamespace { get; init; } = "admissionguard-system";

    /// <summary>Whether a user who owns both tenants may move a namespace between them without the verbs.</summary>
    public bool OwnersMayMigrate { get; init; }

    /// <summary>The rules.</summary>
    public PolicyOptions Policy { get; init; } = new();
}

/// <summary>The verbs that a user needs on tenants, checked by SubjectAccessReview.</summary>
public sealed record Verbs
{
    /// <summary>On the tenant that loses a namespace.</summary>
    public string Release { get; init; } = "release";

    /// <summary>On the tenant that gains a namespace.</summary>
    public string Adopt { get; init; } = "adopt";

    /// <summary>To override the rules: on the tenant that gains the namespace, or else on the one that loses it.</summary>
    public string Override { get; init; } = "override";
}
