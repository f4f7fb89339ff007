using System.Collections.Immutable;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Decisions;

/// <summary>A permission that a transition requires.</summary>
/// <param name="Verb">The verb.</param>
/// <param name="Tenant">The tenant.</param>
public readonly record struct RequiredPermission(string Verb, string Tenant)
{
    /// <summary>
    /// The rule for every transition: release on every tenant that loses the namespace, adopt on the target unless it already has the
    /// namespace.
    /// </summary>
    internal static ImmutableArray<RequiredPermission> Of(Transition transition, Verbs verbs)
    {
        var adopts = transition is { TargetIsMember: false, Target: not null };
        var needs = ImmutableArray.CreateBuilder<RequiredPermission>(transition.Released.Length + (adopts ? 1 : 0));
        foreach (var source in transition.Released)
        {
            needs.Add(new RequiredPermission(verbs.Release, source));
        }

        if (adopts)
        {
            needs.Add(new RequiredPermission(verbs.Adopt, transition.Target!));
        }

        return needs.MoveToImmutable();
    }

    /// <summary>
    /// The permission that a request requires on one tenant; <see langword="null"/> if none is required, because the namespace is in
    /// that tenant and stays there.
    /// </summary>
    internal static RequiredPermission? On(string tenant, Transition transition, Verbs verbs) =>
        transition.Released.Contains(tenant, StringComparer.Ordinal) ? new RequiredPermission(verbs.Release, tenant)
        : transition.TargetIsMember && transition.Target == tenant ? null
        : new RequiredPermission(verbs.Adopt, tenant);

    /// <summary>
    /// The permission to override the rules: the verb on the tenant that gains the namespace, or else on those
    /// that lose it.
    /// </summary>
    internal static ImmutableArray<RequiredPermission> ToOverride(Transition transition, Verbs verbs) =>
        transition.Target is { } target
            ? [new RequiredPermission(verbs.Override, target)]
            : [.. transition.Released.Select(source => new RequiredPermission(verbs.Override, source))];
}
