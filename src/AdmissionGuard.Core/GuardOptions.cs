using System.Collections.Immutable;
using AdmissionGuard.Core.Tenancies;

namespace AdmissionGuard.Core;

/// <summary>What a cluster's operators can choose about decisions.</summary>
public sealed record GuardOptions
{
    /// <summary>What a tenant is.</summary>
    public TenantKind Tenant { get; init; } = new();

    /// <summary>The verb that a person needs on the tenant that loses a namespace.</summary>
    public string ReleaseVerb { get; init; } = "release";

    /// <summary>The verb that a person needs on the tenant that gains a namespace.</summary>
    public string AdoptVerb { get; init; } = "adopt";

    /// <summary>User names, exact, that need no verbs; all else binds them.</summary>
    public ImmutableHashSet<string> ExemptUsers { get; init; } = [];

    /// <summary>Namespaces that never go into a tenant: exact names, or prefixes that end in <c>*</c>.</summary>
    public ImmutableArray<string> ProtectedNamespaces { get; init; } = Policies.ProtectedNamespaces.Defaults;
}
