using System.Collections.Immutable;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Decisions;

/// <summary>
/// Which tenants a decision may speak of: those on which the user has the right that is asked. What stands against the
/// request at any other tenant is neither evaluated as a rule nor told; the missing right refuses the request, and is all
/// that is told.
/// </summary>
/// <param name="transition">What the request comes to.</param>
/// <param name="context">What the cluster said.</param>
/// <param name="needs">The rights that the request takes; each that is missing refuses it in mode enforce.</param>
/// <param name="isExempt">Whether the user needs no right at all.</param>
/// <param name="options">What the operators chose.</param>
/// <param name="messages">The words.</param>
internal readonly struct Disclosure(
    Transition transition, DecisionContext context, ImmutableArray<RequiredPermission> needs, bool isExempt, GuardOptions options, DecisionMessages messages)
{
    /// <summary>
    /// A tenant as rules see it; <see langword="null"/> where there is none, or the right that is asked on it is missing.
    /// </summary>
    public Tenant? Shown(string? name) => name is not null && Missing(name) is null ? context.LiveTenant(name) : null;

    /// <summary>Of several tenants those that rules see.</summary>
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

    /// <summary>What is told of a fact about a tenant that refuses the request in every mode.</summary>
    /// <returns>
    /// The fact, or the missing right in its place; <see langword="null"/> where mode enforce tells of that right already.
    /// </returns>
    public Violation? About(string tenant, Violation fact) => (Missing(tenant) ?? MissingOnNew(tenant)) switch
    {
        null => fact,
        { } when options.Mode is EnforcementMode.Enforce => null,
        { } missing when context.On(missing) is Permission.Unknown unknown =>
            new Violation(DenyReason.Unavailable, messages.ReviewFailed(missing, unknown.Failure), IsAlways: true),
        { } missing => new Violation(DenyReason.Forbidden, messages.Undisclosed(missing), IsAlways: true) { Missing = [missing] },
    };

    /// <summary>What is told of a tenant that does not exist.</summary>
    public Violation? Absent(string tenant, ImmutableArray<string> suggestions)
    {
        var fact = new Violation(DenyReason.Invalid, DecisionMessages.Absent(tenant, suggestions), IsAlways: true);
        return context.TellsAbsent(tenant) ? fact : About(tenant, fact);
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

    // Of a tenant that nothing but a new reference names, adopt is asked in the modes that could let the reference pass.
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
