using System.Collections.Immutable;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Policies.Rules;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Decisions;

/// <summary>Evaluates a request with the state of the cluster.</summary>
internal sealed class DecisionEvaluator(
    NamespaceRequest request,
    Transition transition,
    DecisionContext context,
    GuardOptions options,
    DecisionMessages messages,
    DateTimeOffset now)
{
    private readonly List<Violation> _violations = [];
    private readonly bool _isSystemNamespace = SystemNamespaces.Include(request.Name, options);
    private readonly bool _isExempt = options.ExemptUsers.Contains(request.User.Name);

    public Evaluation Evaluate()
    {
        CheckContradiction();
        CheckSystemNamespace();
        CheckTarget();
        CheckSources();
        CheckCapsule();
        CheckRights(Needs);
        var findings = PolicyRules.Check(RuleContext());
        var broken = findings.RemoveAll(static finding => finding.Mode is not RuleMode.Enforce);
        var overridden = CheckRules(broken);
        return new Evaluation([.. _violations], findings.RemoveAll(static finding => finding.Mode is not RuleMode.Warn), overridden)
        {
            Broken = overridden is [] ? Evaluation.RulesOf(broken) : [],
        };
    }

    /// <summary>Violations by references that would be admitted unmodified: in every mode, a written UID must be the live one.</summary>
    public IEnumerable<Violation> Unmodified()
    {
        foreach (var reference in request.NewReferences())
        {
            var violation = context.Of(reference.Name) switch
            {
                TenantLookup.Found { Tenant.IsTerminating: true } =>
                    Disclosure.About(reference.Name, Always(DenyReason.Forbidden, DecisionMessages.TenantTerminating(reference.Name))),
                TenantLookup.Found { Tenant.Uid: var live } when live != reference.Uid =>
                    Disclosure.About(
                        reference.Name, Always(DenyReason.Conflict, DecisionMessages.UidChanged(reference.Name, reference.Uid, live))),
                TenantLookup.Found => default(Violation?),
                TenantLookup.Unknown unknown => Always(DenyReason.Unavailable, messages.LookupFailed(reference.Name, unknown.Failure)),
                TenantLookup.Absent => Disclosure.Absent(reference.Name, []),
                TenantLookup.NotServed => Always(DenyReason.Invalid, messages.NotServed(request)),
                _ => Always(DenyReason.Invalid, DecisionMessages.BadName(reference.Name)),
            };
            if (violation is { } found)
            {
                yield return found;
            }
        }
    }

    private ChangeReason ChangeReason => Tenant.EffectiveReason(Disclosure.Shown(transition.Target), request);

    private CapsuleSettings Settings => context.Capsule is CapsuleLookup.Known known ? known.Settings : CapsuleSettings.None;

    private void CheckContradiction()
    {
        if (transition.Contradiction.Length > 0)
        {
            AddViolation(DenyReason.Invalid, transition.Contradiction);
        }
    }

    private void CheckSystemNamespace()
    {
        if (_isSystemNamespace && transition.Kind is TransitionKind.Adopt or TransitionKind.Migrate or TransitionKind.Contradictory)
        {
            var finding = ProtectedNamespaces.OfSystem(request.Name);
            _violations.Add(Always(DenyReason.Forbidden, DecisionMessages.Broken(finding)) with { Rule = finding.Rule });
        }
    }

    private void CheckTarget()
    {
        switch (transition.Target is { } target ? context.Of(target) : null)
        {
            case TenantLookup.Unknown unknown:
                _violations.Add(Always(DenyReason.Unavailable, messages.LookupFailed(transition.Target!, unknown.Failure)));
                break;
            case TenantLookup.NotServed:
                _violations.Add(Always(DenyReason.Invalid, messages.NotServed(request)));
                break;
            case TenantLookup.Absent:
                AddViolation(Disclosure.Absent(transition.Target!, context.Suggestions));
                break;
            case TenantLookup.Found { Tenant: { IsTerminating: true } dying } when !Holds(dying):
                AddViolation(Disclosure.About(dying.Name, Always(DenyReason.Forbidden, DecisionMessages.TenantTerminating(dying.Name))));
                break;
        }
    }

    private void CheckSources()
    {
        foreach (var source in transition.Released)
        {
            if (context.Of(source) is TenantLookup.Unknown unknown)
            {
                _violations.Add(Always(DenyReason.Unavailable, messages.LookupFailed(source, unknown.Failure)));
            }
        }
    }

    private void CheckCapsule()
    {
        if (context.Capsule is CapsuleLookup.Unknown unknown)
        {
            _violations.Add(Always(DenyReason.Unavailable, messages.CapsuleUnknown(unknown.Failure)));
        }
    }

    private ImmutableArray<RequiredPermission> Needs =>
        field.IsDefault ? field = IsWaived() ? [] : RequiredPermission.Of(transition, options.Verbs) : field;

    private Disclosure Disclosure => new(transition, context, Needs, _isExempt, options, messages);

    private bool IsWaived() => _isExempt || IsOwnersCreate() || IsOwnersMove();

    private void CheckRights(ImmutableArray<RequiredPermission> needs)
    {
        var missing = needs.RemoveAll(need => context.On(need) is not Permission.Missing);
        if (missing is not [])
        {
            _violations.Add(new Violation(DenyReason.Forbidden, messages.Needs(missing), IsAlways: false) { Missing = missing });
        }

        foreach (var need in needs)
        {
            if (context.On(need) is Permission.Unknown unknown)
            {
                AddViolation(DenyReason.Unavailable, messages.ReviewFailed(need, unknown.Failure));
            }
        }
    }

    /// <summary>Adds a violation for every broken rule, or overrides all of them if an override is requested and permitted.</summary>
    private ImmutableArray<string> CheckRules(ImmutableArray<PolicyViolation> broken)
    {
        if (broken is [])
        {
            return [];
        }

        var before = _violations.Count;
        if (ChangeReason.Override.Length > 0)
        {
            CheckRights(RequiredPermission.ToOverride(transition, options.Verbs));
            if (_violations.Count == before)
            {
                return Evaluation.RulesOf(broken);
            }
        }

        _violations.InsertRange(before, broken.Select(static finding =>
            new Violation(DenyReason.Forbidden, DecisionMessages.Broken(finding), IsAlways: false) { Rule = finding.Rule }));
        if (ChangeReason.Override.Length == 0 && request.ChangeReason.Override.Length > 0)
        {
            AddViolation(DenyReason.Forbidden, DecisionMessages.OverrideRemoved(transition.Target!));
        }

        return [];
    }

    private PolicyContext RuleContext() => new()
    {
        Request = request,
        Transition = transition,
        Target = Disclosure.Shown(transition.Target),
        Sources = Disclosure.Shown(transition.Released),
        IsOwnersCreate = IsOwnersCreate(),
        Capsule = Settings,
        Options = options.Policy,
        Kind = options.Tenant,
        IsSystemNamespace = _isSystemNamespace,
        Now = now,
    };

    // Capsule's usual provisioning: an owner creates namespaces in their own tenant.
    private bool IsOwnersCreate() => request.IsCreate && Owns(transition.Target);

    private bool IsOwnersMove() =>
        options.OwnersMayMigrate
            && transition is { Kind: TransitionKind.Migrate, Released: not [] }
            && Owns(transition.Target)
            && transition.Released.All(Owns);

    private bool Owns(string? tenant) => context.LiveTenant(tenant) is { } live && live.IsOwnedBy(request.User, Settings);

    // A repair that does not change a correct reference adds no namespace to a tenant, even if the tenant is being deleted.
    private bool Holds(Tenant target) =>
        transition.Kind is TransitionKind.Repair && Has(request.Old, target) && Has(request.Received, target);

    private static bool Has(NamespaceRecord? record, Tenant target) =>
        record is not null && record.Tenancy.References.Any(reference => reference.Name == target.Name && reference.Uid == target.Uid);

    private void AddViolation(Violation? violation)
    {
        if (violation is { } known)
        {
            _violations.Add(known);
        }
    }

    private void AddViolation(DenyReason reason, string words) => _violations.Add(new Violation(reason, words, IsAlways: false));

    private static Violation Always(DenyReason reason, string words) => new(reason, words, IsAlways: true);
}
