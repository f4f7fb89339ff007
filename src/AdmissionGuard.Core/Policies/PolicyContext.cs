using System.Collections.Immutable;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Policies;

/// <summary>The input of rules: one request, its live tenants, and the time.</summary>
public sealed record PolicyContext
{
    /// <summary>The request.</summary>
    public required NamespaceRequest Request { get; init; }

    /// <summary>The transition.</summary>
    public required Transition Transition { get; init; }

    /// <summary>The tenant that gains the namespace; <see langword="null"/> for none, or if it does not exist.</summary>
    public Tenant? Target { get; init; }

    /// <summary>The existing tenants that lose it.</summary>
    public ImmutableArray<Tenant> Sources { get; init; } = [];

    /// <summary>Whether an owner creates the namespace in their own tenant.</summary>
    public bool IsOwnersCreate { get; init; }

    /// <summary>The effective reasons of the request.</summary>
    public ChangeReason ChangeReason => Tenant.EffectiveReason(Target, Request);

    /// <summary>Whether the guard or a controller of the tenants runs in the namespace, which no rule has to protect then.</summary>
    public bool IsSystemNamespace { get; init; }

    /// <summary>What a tenant is.</summary>
    public required TenantKind Kind { get; init; }

    /// <summary>The CapsuleConfiguration.</summary>
    public CapsuleSettings Capsule { get; init; } = CapsuleSettings.None;

    /// <summary>The operators' configuration.</summary>
    public required PolicyOptions Options { get; init; }

    /// <summary>The time of the decision.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>
    /// The namespace's name; empty if the API server has yet to generate it: rules about the name then wait for <c>/validate</c>.
    /// </summary>
    public string Name => Request.Name;

    /// <summary>The labels and annotations that the namespace has once Capsule has put on what the target manages.</summary>
    /// <param name="target">The tenant that gains the namespace.</param>
    /// <returns>The metadata that rules look at.</returns>
    public EffectiveMetadata MetadataIn(Tenant target)
    {
        var received = Request.ReadMetadata();
        return EffectiveMetadata.Of(
            received.Labels, received.Annotations, new MetadataSubject(Name, target.Name, Kind.LabelKey), target.Managed);
    }

    /// <summary>Whether a rule of that scope applies.</summary>
    /// <param name="scope">The scope.</param>
    /// <returns><see langword="true"/> when it is.</returns>
    public bool IsWithin(RuleScope scope) => (scope, Transition.Kind) switch
    {
        // No rule applies to a release from a tenant that is being deleted: the garbage collector, which
        // orphans namespaces, can't give a reason.
        (RuleScope.Change, TransitionKind.Release) => !Transition.IsOrphaning,
        (RuleScope.Change, TransitionKind.Migrate) => true,
        (RuleScope.Change, TransitionKind.Adopt) => !Request.IsCreate,
        (RuleScope.Entry, TransitionKind.Migrate or TransitionKind.Adopt) => !IsOwnersCreate,
        (RuleScope.EveryEntry, TransitionKind.Migrate or TransitionKind.Adopt) => true,
        _ => false,
    };
}
