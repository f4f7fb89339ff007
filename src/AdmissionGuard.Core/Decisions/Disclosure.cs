using System.Collections.Immutable;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Decisions;

/// <summary>
/// Which tenants a decision may mention: those on which the user has the required permission. For any other tenant, rules
/// are not evaluated and facts are not disclosed. The missing permission refuses the request, and is the only
/// reason that is given.
/// </summary>
/// <param name="transition">The transition that the request asks for.</param>
/// <param name="context">The state of the cluster.</param>
/// <param name="needs">The permissions that the request requires; in mode enforce a missing one refuses the request.</param>
/// <param name="isExempt">Whether the user needs no permission at all.</param>
/// <param name="options">The operators' configuration.</param>
/// <param name="messages">The words.</param>
internal readonly struct Disclosure(
    Transition transition,
    DecisionContext context,
    ImmutableArray<RequiredPermission> needs,
    bool isExempt,
    GuardOptions options,
    DecisionMessages messages)
{
    /// <summary>
    /// The tenant for rules; <see langword="null"/> if there is none, or if the required permission on it is missing.
    /// </summary>
    public Tenant? Shown(string? name) => name is not null && Missing(name) is null ? context.LiveTenant(name) : null;

    /// <summary>The subset of tenants for rules.</summary>
    public ImmutableArray<Tenant> Shown(ImmutableArray<string> names)
    {
        var shown = ImmutableArray.CreateBuilder<Tenant>(names.Length);
        foreach (var name in names)
        {
            if (Shown(name) is { } tenant)
            {
                shown.Add(tenant);
            }
        }

        return shown.DrainToImmutable();
    }

    /// <summary>The violation for a fact about a tenant that refuses the request in every mode.</summary>
    /// <returns>
    /// The fact, or the missing permission instead; <see langword="null"/> if mode enforce reports that permission already.
    /// </returns>
    public Violation? About(string tenant, Violation fact) => (Missing(tenant) ?? MissingOnNew(tenant)) switch
    {
        null => fact,
        { } when options.Mode is EnforcementMode.Enforce => null,
        { } missing when context.On(missing) is Permission.Unknown unknown =>
            new Violation(DenyReason.Unavailable, messages.ReviewFailed(missing, unknown.Failure), IsAlways: true),
        { } missing => new Violation(DenyReason.Forbidden, messages.Undisclosed(missing), IsAlways: true) { Missing = [missing] },
    };

    /// <summary>The violation for a tenant that does not exist.</summary>
    public Violation? Absent(string tenant, ImmutableArray<string> suggestions)
    {
        var fact = new Violation(DenyReason.Invalid, DecisionMessages.Absent(tenant, suggestions), IsAlways: true);
        return context.DisclosesAbsent(tenant) ? fact : About(tenant, fact);
    }

    private RequiredPermission? Missing(string tenant)
    {
        foreach (var need in needs)
        {
            if (need.Tenant == tenant && context.On(need) is not Permission.Granted)
            {
                return need;
            }
        }

        return null;
    }

    // If only a new reference names the tenant, adopt is required in the modes that could admit the reference.
    private RequiredPermission? MissingOnNew(string tenant)
    {
        if (isExempt || transition.Target == tenant || transition.Released.Contains(tenant, StringComparer.Ordinal))
        {
            return null;
        }

        var adopt = new RequiredPermission(options.Verbs.Adopt, tenant);
        return context.On(adopt) is Permission.Granted ? null : adopt;
    }
}
