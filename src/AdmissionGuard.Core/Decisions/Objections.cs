using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Decisions;

/// <summary>One reason against a request.</summary>
internal readonly record struct Objection(DenyReason Reason, string Words);

/// <summary>Everything that stands against a request: every reason, not just the first.</summary>
internal sealed class Objections(
    NamespaceRequest request, Transition transition, Evidence evidence, GuardOptions options, ProtectedNamespaces @protected, Phrases phrases)
{
    private bool IsExempt => options.ExemptUsers.Contains(request.User.Name);

    public IReadOnlyList<Objection> All() => [.. Target(), .. Sources(), .. Rights(), .. Rules()];

    private IEnumerable<Objection> Target() => transition.Target is not { } target ? [] : evidence.Of(target) switch
    {
        TenantLookup.Unknown unknown => [new(DenyReason.Unavailable, Phrases.LookupFailed(target, unknown.Why))],
        TenantLookup.Absent => [new(DenyReason.Invalid, Phrases.Absent(target, evidence.Suggestions))],
        TenantLookup.Found { Tenant.IsTerminating: true } found when !Holds(target, found.Tenant.Uid) =>
            [new(DenyReason.Forbidden, Phrases.TenantTerminating(target))],
        _ => [],
    };

    private IEnumerable<Objection> Sources()
    {
        foreach (var source in transition.Released)
        {
            if (evidence.Of(source) is TenantLookup.Unknown unknown)
            {
                yield return new(DenyReason.Unavailable, Phrases.LookupFailed(source, unknown.Why));
            }
        }
    }

    private IEnumerable<Objection> Rights()
    {
        if (IsExempt || IsOwnersCreate())
        {
            yield break;
        }

        var needs = Need.Of(transition, options);
        var missing = needs.RemoveAll(need => evidence.On(need) is not Permission.Missing);
        if (missing is not [])
        {
            yield return new(DenyReason.Forbidden, phrases.Needs(missing));
        }

        foreach (var need in needs)
        {
            if (evidence.On(need) is Permission.Unknown unknown)
            {
                yield return new(DenyReason.Unavailable, Phrases.ReviewFailed(need, unknown.Why));
            }
        }
    }

    private IEnumerable<Objection> Rules() =>
        transition.Kind is TransitionKind.Adopt or TransitionKind.Migrate && @protected.PatternFor(request.Name) is { } pattern
            ? [new(DenyReason.Forbidden, Phrases.Protected(pattern))]
            : [];

    // Capsule's ordinary provisioning: an owner creates namespaces in the own tenant.
    private bool IsOwnersCreate() =>
        request.IsCreate && transition.Target is { } target && evidence.Of(target) is TenantLookup.Found found && found.Tenant.IsOwnedBy(request.User);

    // A repair that leaves a right reference alone takes nobody in, even under a dying tenant.
    private bool Holds(string target, string uid) =>
        transition.Kind is TransitionKind.Repair && request.Received.Tenancy.References.Any(r => r.Name == target && r.Uid == uid);
}
