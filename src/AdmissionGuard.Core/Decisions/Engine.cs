using System.Collections.Immutable;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Completions;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Decisions;

/// <summary>
/// Decides on requests: classifies the transition, queries the cluster, and evaluates the result. Both webhooks use
/// the same engine.
/// </summary>
public sealed class Engine
{
    /// <summary>The maximum number of tenants that one request may newly name, in every mode.</summary>
    public const int MostNewTenants = 8;

    // Each stored reference can be a reason; an answer contains the first ones.
    private const int MostReasons = 16;

    private readonly EngineDependencies _dependencies;
    private readonly GuardOptions _options;
    private readonly Completer _completer;
    private readonly DecisionMessages _messages;
    private readonly SubResourceDenial _subResources;

    /// <summary>Makes an engine.</summary>
    /// <param name="dependencies">Access to the cluster.</param>
    /// <param name="options">The operators' configuration.</param>
    public Engine(EngineDependencies dependencies, GuardOptions options)
    {
        _dependencies = dependencies;
        _options = options;
        _completer = new Completer(options.Tenant);
        _messages = new DecisionMessages(options, dependencies.Explain);
        _subResources = new SubResourceDenial(options.Tenant);
    }

    /// <summary>Decides on one request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="phase">The webhook that is called.</param>
    /// <param name="deadline">The deadline for the answer.</param>
    /// <returns>The verdict.</returns>
    public async ValueTask<Verdict> DecideAsync(NamespaceRequest request, AdmissionPhase phase, Deadline deadline) =>
        await EvaluateAsync(request, phase, deadline) with { ChangeReason = request.ChangeReason };

    private async ValueTask<Verdict> EvaluateAsync(NamespaceRequest request, AdmissionPhase phase, Deadline deadline)
    {
        var transition = request.Old is { } old
            ? TransitionClassifier.FromUpdate(old, request.Received)
            : TransitionClassifier.FromCreate(request.Received);
        if (AtOnce(request, phase, transition) is { } verdict)
        {
            return verdict with { Transition = transition };
        }

        if (await DecisionContext.GatherAsync(request, transition, _options, _dependencies, deadline) is not { } context)
        {
            return Deny(DenyReason.Busy, request, transition, DecisionMessages.Busy);
        }

        transition = Settle(transition, context);
        if (IncompleteControllerUpdate.IsRefused(request, transition, context, _options, _completer))
        {
            return Deny(DenyReason.Conflict, request, transition, DecisionMessages.NotCompleted(transition.Target!));
        }

        var evaluator = new DecisionEvaluator(request, transition, context, _options, _messages, _dependencies.Clock.GetUtcNow());
        var evaluation = evaluator.Evaluate();
        return evaluation.Violations switch
        {
            [] => CompleteOrVerify(request, phase, transition, context, evaluation),
            var violations when _options.Mode is EnforcementMode.Enforce =>
                Deny(request, transition, violations) with { Rules = evaluation.Broken },
            var violations => TolerateUnlessUnsafe(request, phase, transition, violations, evaluator),
        };
    }

    /// <summary>Decisions that need no lookup.</summary>
    private Verdict? AtOnce(NamespaceRequest request, AdmissionPhase phase, Transition transition) => transition switch
    {
        { Kind: TransitionKind.Unchanged } => phase is AdmissionPhase.Validating
            && request.Old is { Tenancy.State: not (TenancyState.None or TenancyState.Bound) } broken
            ? new Verdict.Allow(Completion.Nothing, [DecisionMessages.BrokenTenancy(broken)])
            : Verdict.Allow.Unmodified,
        _ when request.SubResource.Length > 0 && _subResources.Of(request, transition) is var (reason, words) =>
            Deny(reason, request, transition, words),
        _ when request.Received.IsTerminating || request.Old is { IsTerminating: true } =>
            Deny(DenyReason.Forbidden, request, transition, DecisionMessages.NamespaceTerminating),
        { Kind: TransitionKind.Contradictory }
            when _options.Mode is EnforcementMode.Enforce || transition.AddsSibling || NamesTooMany(request) =>
            Deny(DenyReason.Invalid, request, transition, transition.Contradiction),
        { Target: { } target } when !TenantName.IsValid(target) =>
            Deny(DenyReason.Invalid, request, transition, DecisionMessages.BadName(target)),
        _ => null,
    };

    /// <summary>Whether a mode that admits a contradiction would have to look up more tenants than one request may name.</summary>
    private static bool NamesTooMany(NamespaceRequest request) =>
        request.NewReferences().Select(static reference => reference.Name).Distinct(StringComparer.Ordinal).Skip(MostNewTenants).Any();

    /// <summary>The transition, given which of the tenants exist.</summary>
    private static Transition Settle(Transition transition, DecisionContext context)
    {
        // Kubernetes orphans dependents by removing the reference while the tenant is being deleted
        // (kubectl delete --cascade=orphan). If it were restored, the garbage collector would delete the namespace.
        // If tenants are not served, only a release is possible, and it keeps the namespace.
        if (transition is { PutsBack: true, Target: { } target } && (IsGoing(target) || context.Of(target) is TenantLookup.Absent))
        {
            transition = transition with { Target = null, Released = transition.Released.Insert(0, target) };
        }

        var live = transition.Released.RemoveAll(name => context.Of(name) is TenantLookup.Absent);
        var orphans = transition.Target is null && live.All(IsGoing);
        return orphans || live.Length < transition.Released.Length
            ? transition with { Released = live, IsOrphaning = orphans }
            : transition;

        bool IsGoing(string name) => context.Of(name) is TenantLookup.NotServed or TenantLookup.Found { Tenant.IsTerminating: true };
    }

    /// <summary>
    /// Completes the request in the mutating webhook. In the validating one, verifies that nothing is left to complete, and denies it
    /// otherwise.
    /// </summary>
    private Verdict CompleteOrVerify(
        NamespaceRequest request, AdmissionPhase phase, Transition transition, DecisionContext context, Evaluation evaluation)
    {
        var tenant = context.LiveTenant(transition.Target);
        var completion = tenant is null
            ? _completer.Unbind(request.Received)
            : _completer.Bind(request.Received, request.Old, tenant.Name, tenant.Uid);
        if (phase is AdmissionPhase.Mutating)
        {
            // The mutating webhook warns if it restores the reference: the validating webhook then sees no change, and does not warn.
            // This is a problem, because the request did not do what was asked.
            return Allow(completion, tenant is not null && Restores(request, transition, tenant) ? [Warning()] : []);
        }

        if (completion.IsEmpty)
        {
            // The usual creation by an owner needs no warning.
            var isProvisioning = request.IsCreate && tenant is not null && tenant.Owners.Any(owner => owner.Is(request.User));
            ImmutableArray<string> told = isProvisioning || _options.Warnings is WarningKinds.Problems ? [] : [Warning()];
            return evaluation is { Overridden: [], Warned: [] } ? Allow(Completion.Nothing, told) : Allow(
                Completion.Nothing,
                [
                    .. told,
                    .. DecisionMessages.Overridden(request, tenant, evaluation.Overridden),
                    .. evaluation.Warned.Select(DecisionMessages.Warned),
                ]);
        }

        return tenant is not null && request.Received.Tenancy is { State: TenancyState.Bound, References: [{ Uid.Length: > 0 } reference] }
            && reference.Name == transition.Target && reference.Uid != tenant.Uid
            ? Deny(DenyReason.Conflict, request, transition, DecisionMessages.UidChanged(transition.Target, reference.Uid, tenant.Uid))
            : Deny(DenyReason.Unavailable, request, transition, DecisionMessages.Incomplete);

        string Warning() => _messages.Warning(request, transition, tenant);

        Verdict.Allow Allow(Completion completion, ImmutableArray<string> warnings) => new(completion, warnings)
        {
            Transition = transition,
            Overridden = evaluation.Overridden,
            Warned = evaluation.WarnedRules,
        };
    }

    /// <summary>Admits a request unmodified if only a missing permission or a rule refuses it, and denies it otherwise.</summary>
    private Verdict TolerateUnlessUnsafe(
        NamespaceRequest request,
        AdmissionPhase phase,
        Transition transition,
        ImmutableArray<Violation> violations,
        DecisionEvaluator evaluator)
    {
        var always = violations.RemoveAll(violation => !violation.IsAlways).AddRange(evaluator.Unmodified());
        if (always is not [])
        {
            return Deny(request, transition, [.. always.DistinctBy(static violation => (violation.Reason, violation.Message))]);
        }

        var refusal = Deny(request, transition, violations);
        var warns = _options.Mode is EnforcementMode.Warn && phase is AdmissionPhase.Validating;
        return new Verdict.Allow(Completion.Nothing, warns ? [DecisionMessages.Tolerated(refusal.Message)] : [])
        {
            Transition = transition,
            Tolerated = refusal.Message,
            Missing = refusal.Missing,
        };
    }

    private bool Restores(NamespaceRequest request, Transition transition, Tenant tenant) =>
        request.Old is { Tenancy: { State: TenancyState.Bound, References: [var stored] } }
        && stored.Name == transition.Target && stored.Uid == tenant.Uid && stored.ApiVersion == _options.Tenant.ApiVersion;

    private static Verdict.Deny Deny(NamespaceRequest request, Transition transition, ImmutableArray<Violation> violations) =>
        Deny(violations.Min(o => o.Reason), request, transition, violations.Length <= MostReasons
            ? [.. violations.Select(o => o.Message)]
            : [.. violations.Take(MostReasons).Select(o => o.Message), $"and {violations.Length - MostReasons} more reasons"]) with
        {
            Violations = violations,
            Missing = [.. violations.SelectMany(violation => violation.Missing).Distinct()],
        };

    private static Verdict.Deny Deny(
        DenyReason reason, NamespaceRequest request, Transition transition, params ImmutableArray<string> reasons) =>
        new(reason, DecisionMessages.Refusal(reason, request, transition, reasons)) { Transition = transition, Reasons = reasons };
}
