using System.Collections.Immutable;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Policies.Rules;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Decisions;

/// <summary>One reason against a request.</summary>
/// <param name="Reason">The kind of refusal.</param>
/// <param name="Words">What is wrong, and what to do next.</param>
/// <param name="IsAlways">Whether it holds in every mode: what it forbids could cost a namespace, or was never decidable.</param>
internal readonly record struct Objection(DenyReason Reason, string Words, bool IsAlways);

/// <summary>Everything that stands against a request, not just the first thing, and what it is to be told anyway.</summary>
internal sealed record Judgement(ImmutableArray<Objection> Objections, ImmutableArray<Finding> Warned, ImmutableArray<string> Lifted)
{
    /// <summary>The rules that are broken and refuse, each once.</summary>
    public ImmutableArray<string> Broken { get; init; } = [];

    /// <summary>The rules that are broken and only warn, each once.</summary>
    public ImmutableArray<string> WarnedRules => RulesOf(Warned);

    public static ImmutableArray<string> RulesOf(ImmutableArray<Finding> findings) =>
        findings is [] ? [] : [.. findings.Select(static finding => finding.Rule).Distinct(StringComparer.Ordinal)];
}

/// <summary>Judges a request by what the cluster said.</summary>
internal sealed class Judge(NamespaceRequest request, Transition transition, Evidence evidence, GuardOptions options, Phrases phrases, DateTimeOffset now)
{
    private readonly List<Objection> _objections = [];
    private readonly bool _isSystemNamespace = SystemNamespaces.Include(request.Name, options);
    private readonly bool _isExempt = options.ExemptUsers.Contains(request.User.Name);

    public Judgement Hear()
    {
        Contradiction();
        SystemNamespace();
        Target();
        Sources();
        Capsule();
        Rights(Needs);
        var findings = Rulebook.Check(Case());
        var broken = findings.RemoveAll(static finding => finding.Mode is not RuleMode.Enforce);
        var lifted = Rules(broken);
        return new Judgement([.. _objections], findings.RemoveAll(static finding => finding.Mode is not RuleMode.Warn), lifted)
        {
            Broken = lifted is [] ? Judgement.RulesOf(broken) : [],
        };
    }

    /// <summary>What stands against references that would pass as they came: in every mode a UID that is written is live.</summary>
    public IEnumerable<Objection> AsItCame()
    {
        foreach (var reference in request.NewReferences())
        {
            var objection = evidence.Of(reference.Name) switch
            {
                TenantLookup.Found { Tenant.IsTerminating: true } =>
                    Told.About(reference.Name, Always(DenyReason.Forbidden, Phrases.TenantTerminating(reference.Name))),
                TenantLookup.Found { Tenant.Uid: var live } when live != reference.Uid =>
                    Told.About(reference.Name, Always(DenyReason.Conflict, Phrases.UidChanged(reference.Name, reference.Uid, live))),
                TenantLookup.Found => default(Objection?),
                TenantLookup.Unknown unknown => Always(DenyReason.Unavailable, Phrases.LookupFailed(reference.Name, unknown.Why)),
                TenantLookup.Absent => Told.Absent(reference.Name, []),
                TenantLookup.NotServed => Always(DenyReason.Invalid, phrases.NotServed(request)),
                _ => Always(DenyReason.Invalid, Phrases.BadName(reference.Name)),
            };
            if (objection is { } found)
            {
                yield return found;
            }
        }
    }

    private Justification Justification => Tenant.EffectiveJustification(Told.Shown(transition.Target), request);

    private CapsuleSettings Settings => evidence.Capsule is CapsuleLookup.Known known ? known.Settings : CapsuleSettings.None;

    private void Contradiction()
    {
        if (transition.Contradiction.Length > 0)
        {
            Object(DenyReason.Invalid, transition.Contradiction);
        }
    }

    private void SystemNamespace()
    {
        if (_isSystemNamespace && transition.Kind is TransitionKind.Adopt or TransitionKind.Migrate or TransitionKind.Contradictory)
        {
            _objections.Add(Always(DenyReason.Forbidden, Phrases.Broken(ProtectedNamespaces.OfSystem(request.Name))));
        }
    }

    private void Target()
    {
        switch (transition.Target is { } target ? evidence.Of(target) : null)
        {
            case TenantLookup.Unknown unknown:
                _objections.Add(Always(DenyReason.Unavailable, Phrases.LookupFailed(transition.Target!, unknown.Why)));
                break;
            case TenantLookup.NotServed:
                _objections.Add(Always(DenyReason.Invalid, phrases.NotServed(request)));
                break;
            case TenantLookup.Absent:
                Object(Told.Absent(transition.Target!, evidence.Suggestions));
                break;
            case TenantLookup.Found { Tenant: { IsTerminating: true } dying } when !Holds(dying):
                Object(Told.About(dying.Name, Always(DenyReason.Forbidden, Phrases.TenantTerminating(dying.Name))));
                break;
        }
    }

    private void Sources()
    {
        foreach (var source in transition.Released)
        {
            if (evidence.Of(source) is TenantLookup.Unknown unknown)
            {
                _objections.Add(Always(DenyReason.Unavailable, Phrases.LookupFailed(source, unknown.Why)));
            }
        }
    }

    private void Capsule()
    {
        if (evidence.Capsule is CapsuleLookup.Unknown unknown)
        {
            _objections.Add(Always(DenyReason.Unavailable, Phrases.CapsuleUnknown(unknown.Why)));
        }
    }

    private ImmutableArray<Need> Needs => field.IsDefault ? field = IsWaived() ? [] : Need.Of(transition, options.Verbs) : field;

    private Disclosure Told => new(transition, evidence, Needs, _isExempt, options, phrases);

    private bool IsWaived() => _isExempt || IsOwnersCreate() || IsOwnersMove();

    private void Rights(ImmutableArray<Need> needs)
    {
        var missing = needs.RemoveAll(need => evidence.On(need) is not Permission.Missing);
        if (missing is not [])
        {
            Object(DenyReason.Forbidden, phrases.Needs(missing));
        }

        foreach (var need in needs)
        {
            if (evidence.On(need) is Permission.Unknown unknown)
            {
                Object(DenyReason.Unavailable, Phrases.ReviewFailed(need, unknown.Why));
            }
        }
    }

    /// <summary>Objects to every broken rule, or has them all lifted where an override is asked for and permitted.</summary>
    private ImmutableArray<string> Rules(ImmutableArray<Finding> broken)
    {
        if (broken is [])
        {
            return [];
        }

        var before = _objections.Count;
        if (Justification.Override.Length > 0)
        {
            Rights(Need.ToOverride(transition, options.Verbs));
            if (_objections.Count == before)
            {
                return Judgement.RulesOf(broken);
            }
        }

        _objections.InsertRange(before, broken.Select(static finding => new Objection(DenyReason.Forbidden, Phrases.Broken(finding), IsAlways: false)));
        if (Justification.Override.Length == 0 && request.Justification.Override.Length > 0)
        {
            Object(DenyReason.Forbidden, Phrases.OverrideRemoved(transition.Target!));
        }

        return [];
    }

    private RuleCase Case() => new()
    {
        Request = request,
        Transition = transition,
        Target = Told.Shown(transition.Target),
        Sources = Told.Shown(transition.Released),
        IsOwnersCreate = IsOwnersCreate(),
        Capsule = Settings,
        Options = options.Policy,
        Kind = options.Tenant,
        IsSystemNamespace = _isSystemNamespace,
        Now = now,
    };

    // Capsule's ordinary provisioning: an owner creates namespaces in the own tenant.
    private bool IsOwnersCreate() => request.IsCreate && Owns(transition.Target);

    private bool IsOwnersMove() =>
        options.OwnersMayMigrate && transition is { Kind: TransitionKind.Migrate, Released: not [] } && Owns(transition.Target) && transition.Released.All(Owns);

    private bool Owns(string? tenant) => evidence.Living(tenant) is { } living && living.IsOwnedBy(request.User, Settings);

    // A repair that leaves a reference alone which was right takes nobody in, even under a dying tenant.
    private bool Holds(Tenant target) =>
        transition.Kind is TransitionKind.Repair && Has(request.Old, target) && Has(request.Received, target);

    private static bool Has(NamespaceRecord? record, Tenant target) =>
        record is not null && record.Tenancy.References.Any(reference => reference.Name == target.Name && reference.Uid == target.Uid);

    private void Object(Objection? objection)
    {
        if (objection is { } known)
        {
            _objections.Add(known);
        }
    }

    private void Object(DenyReason reason, string words) => _objections.Add(new Objection(reason, words, IsAlways: false));

    private static Objection Always(DenyReason reason, string words) => new(reason, words, IsAlways: true);
}
