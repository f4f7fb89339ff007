using System.Collections.Immutable;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Decisions;

/// <summary>One reason against a request.</summary>
/// <param name="Reason">The kind of refusal.</param>
/// <param name="Words">What is wrong, and what to do next.</param>
/// <param name="IsAlways">Whether it holds in every mode: what it forbids could cost a namespace, or was never decidable.</param>
internal readonly record struct Objection(DenyReason Reason, string Words, bool IsAlways);

/// <summary>Everything that stands against a request, not just the first thing, and what it is to be told anyway.</summary>
internal sealed record Judgement(ImmutableArray<Objection> Objections, ImmutableArray<Finding> Warned, ImmutableArray<string> Lifted);

/// <summary>Judges a request by what the cluster said.</summary>
internal sealed class Judge(NamespaceRequest request, Transition transition, Evidence evidence, GuardOptions options, Phrases phrases, DateTimeOffset now)
{
    private readonly bool _isExempt = options.ExemptUsers.Contains(request.User.Name);

    public Judgement Hear()
    {
        var findings = Rulebook.Check(Case());
        var broken = findings.RemoveAll(finding => finding.Mode is not RuleMode.Enforce);
        var isOverridden = broken is not [] && request.Justification.Override.Length > 0;
        var override_ = isOverridden ? Rights(_isExempt ? [] : Need.ToOverride(transition, options.Verbs)).ToImmutableArray() : [];
        var isLifted = isOverridden && override_ is [];
        return new Judgement(
            [.. Contradiction(), .. Target(), .. Sources(), .. Capsule(), .. Rights(Needs()), .. isLifted ? [] : Broken(broken), .. override_],
            findings.RemoveAll(finding => finding.Mode is not RuleMode.Warn),
            isLifted ? [.. broken.Select(finding => finding.Rule).Distinct(StringComparer.Ordinal)] : []);
    }

    /// <summary>What stands against references that would pass as they came: in every mode a UID that is written is live.</summary>
    public IEnumerable<Objection> AsItCame()
    {
        foreach (var reference in request.NewReferences())
        {
            var objection = evidence.Of(reference.Name) switch
            {
                TenantLookup.Found { Tenant.IsTerminating: true } => Always(DenyReason.Forbidden, Phrases.TenantTerminating(reference.Name)),
                TenantLookup.Found { Tenant.Uid: var live } when live != reference.Uid => Always(DenyReason.Conflict, Phrases.UidChanged(reference.Name, reference.Uid, live)),
                TenantLookup.Found => default(Objection?),
                TenantLookup.Unknown unknown => Always(DenyReason.Unavailable, Phrases.LookupFailed(reference.Name, unknown.Why)),
                TenantLookup.Absent => Always(DenyReason.Invalid, Phrases.Absent(reference.Name, [])),
                _ => Always(DenyReason.Invalid, Phrases.BadName(reference.Name)),
            };
            if (objection is { } found)
            {
                yield return found;
            }
        }
    }

    private CapsuleSettings Settings => evidence.Capsule is CapsuleLookup.Known known ? known.Settings : CapsuleSettings.None;

    private IEnumerable<Objection> Contradiction() =>
        transition.Contradiction.Length > 0 ? [new(DenyReason.Invalid, transition.Contradiction, IsAlways: false)] : [];

    private IEnumerable<Objection> Target() => transition.Target is not { } target ? [] : evidence.Of(target) switch
    {
        TenantLookup.Unknown unknown => [Always(DenyReason.Unavailable, Phrases.LookupFailed(target, unknown.Why))],
        TenantLookup.Absent => [Always(DenyReason.Invalid, Phrases.Absent(target, evidence.Suggestions))],
        TenantLookup.Found { Tenant.IsTerminating: true } found when !Holds(target, found.Tenant.Uid) =>
            [Always(DenyReason.Forbidden, Phrases.TenantTerminating(target))],
        _ => [],
    };

    private IEnumerable<Objection> Sources()
    {
        foreach (var source in transition.Released)
        {
            if (evidence.Of(source) is TenantLookup.Unknown unknown)
            {
                yield return Always(DenyReason.Unavailable, Phrases.LookupFailed(source, unknown.Why));
            }
        }
    }

    private IEnumerable<Objection> Capsule() =>
        evidence.Capsule is CapsuleLookup.Unknown unknown ? [new(DenyReason.Unavailable, Phrases.CapsuleUnknown(unknown.Why), IsAlways: false)] : [];

    private ImmutableArray<Need> Needs() => _isExempt || IsOwnersCreate() || IsOwnersMove() ? [] : Need.Of(transition, options.Verbs);

    private IEnumerable<Objection> Rights(ImmutableArray<Need> needs)
    {
        var missing = needs.RemoveAll(need => evidence.On(need) is not Permission.Missing);
        if (missing is not [])
        {
            yield return new(DenyReason.Forbidden, phrases.Needs(missing), IsAlways: false);
        }

        foreach (var need in needs)
        {
            if (evidence.On(need) is Permission.Unknown unknown)
            {
                yield return new(DenyReason.Unavailable, Phrases.ReviewFailed(need, unknown.Why), IsAlways: false);
            }
        }
    }

    private static IEnumerable<Objection> Broken(ImmutableArray<Finding> findings) =>
        findings.Select(finding => new Objection(DenyReason.Forbidden, Phrases.Broken(finding), IsAlways: false));

    private RuleCase Case() => new()
    {
        Request = request,
        Transition = transition,
        Target = evidence.Living(transition.Target),
        Sources = [.. transition.Released.Select(evidence.Living).OfType<Tenant>()],
        IsOwnersCreate = IsOwnersCreate(),
        Capsule = Settings,
        Options = options.Policy,
        Now = now,
    };

    // Capsule's ordinary provisioning: an owner creates namespaces in the own tenant.
    private bool IsOwnersCreate() => request.IsCreate && Owns(transition.Target);

    private bool IsOwnersMove() =>
        options.OwnersMayMigrate && transition is { Kind: TransitionKind.Migrate, Released: not [] } && Owns(transition.Target) && transition.Released.All(Owns);

    private bool Owns(string? tenant) => evidence.Living(tenant) is { } living && living.IsOwnedBy(request.User, Settings);

    // A repair that leaves a right reference alone takes nobody in, even under a dying tenant.
    private bool Holds(string target, string uid) =>
        transition.Kind is TransitionKind.Repair && request.Received.Tenancy.References.Any(r => r.Name == target && r.Uid == uid);

    private static Objection Always(DenyReason reason, string words) => new(reason, words, IsAlways: true);
}
