using System.Collections.Immutable;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Completions;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Decisions;

/// <summary>Decides: reads the transition, asks the cluster what that takes, and judges. Both webhooks ask the same engine.</summary>
public sealed class Engine
{
    /// <summary>The most tenants that one request may newly name, in every mode.</summary>
    public const int MostNewTenants = 8;

    // Each stored reference can be a reason; an answer tells the first of them.
    private const int MostReasons = 16;

    private readonly EngineDependencies _dependencies;
    private readonly GuardOptions _options;
    private readonly Completer _completer;
    private readonly DecisionMessages _messages;
    private readonly SubResourceAdvice _subResources;

    /// <summary>Makes an engine.</summary>
    /// <param name="dependencies">What it asks the world through.</param>
    /// <param name="options">What the operators chose.</param>
    public Engine(EngineDependencies dependencies, GuardOptions options)
    {
        _dependencies = dependencies;
        _options = options;
        _completer = new Completer(options.Tenant);
        _messages = new DecisionMessages(options, dependencies.Explain);
        _subResources = new SubResourceAdvice(options.Tenant);
    }

    /// <summary>Decides on one request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="phase">Which webhook asks.</param>
    /// <param name="deadline">When the answer must be there.</param>
    /// <returns>The verdict.</returns>
    public async ValueTask<Verdict> DecideAsync(NamespaceRequest request, AdmissionPhase phase, Deadline deadline) =>
        await EvaluateAsync(request, phase, deadline) with { ChangeReason = request.ChangeReason };

    private async ValueTask<Verdict> EvaluateAsync(NamespaceRequest request, AdmissionPhase phase, Deadline deadline)
    {
        var transition = request.Old is { } old ? TransitionClassifier.FromUpdate(old, request.Received) : TransitionClassifier.FromCreate(request.Received);
        if (AtOnce(request, phase, transition) is { } verdict)
        {
            return verdict with { Transition = transition };
        }

        if (await DecisionContext.GatherAsync(request, transition, _options, _dependencies, deadline) is not { } context)
        {
            return Deny(DenyReason.Busy, request, transition, DecisionMessages.Busy);
        }

        transition = Settle(transition, context);
        if (ControllerUpdate.IsRefused(request, transition, context, _options, _completer))
        {
            return Deny(DenyReason.Conflict, request, transition, DecisionMessages.NotCompleted(transition.Target!));
        }

        var evaluator = new DecisionEvaluator(request, transition, context, _options, _messages, _dependencies.Clock.GetUtcNow());
        var evaluation = evaluator.Evaluate();
        return evaluation.Violations switch
        {
            [] => Agree(request, phase, transition, context, evaluation),
            var violations when _options.Mode is EnforcementMode.Enforce => Deny(request, transition, violations) with { Rules = evaluation.Broken },
            var violations => Tolerate(request, phase, transition, violations, evaluator),
        };
    }

    /// <summary>What needs no look-up.</summary>
    private Verdict? AtOnce(NamespaceRequest request, AdmissionPhase phase, Transition transition) => transition switch
    {
        { Kind: TransitionKind.Unchanged } => phase is AdmissionPhase.Validating && request.Old is { Tenancy.State: not (TenancyState.None or TenancyState.Bound) } broken
            ? new Verdict.Allow(Completion.Nothing, [DecisionMessages.BrokenTenancy(broken)])
            : Verdict.Allow.Unmodified,
        _ when request.SubResource.Length > 0 && _subResources.Of(request, transition) is var (reason, words) =>
            Deny(reason, request, transition, words),
        _ when request.Received.IsTerminating || request.Old is { IsTerminating: true } => Deny(DenyReason.Forbidden, request, transition, DecisionMessages.NamespaceTerminating),
        { Kind: TransitionKind.Contradictory }
            when _options.Mode is EnforcementMode.Enforce || transition.AddsSibling || NamesTooMany(request) =>
            Deny(DenyReason.Invalid, request, transition, transition.Contradiction),
        { Target: { } target } when !TenantName.IsValid(target) => Deny(DenyReason.Invalid, request, transition, DecisionMessages.BadName(target)),
        _ => null,
    };

    /// <summary>Whether the modes that let a contradiction pass would have to look more tenants up than one namespace can mean.</summary>
    private static bool NamesTooMany(NamespaceRequest request) =>
        request.NewReferences().Select(static reference => reference.Name).Distinct(StringComparer.Ordinal).Skip(MostNewTenants).Any();

    /// <summary>What the request comes to, now that it is known which of its tenants live.</summary>
    private static Transition Settle(Transition transition, DecisionContext context)
    {
        // A reference that vanishes under a terminating tenant is how Kubernetes orphans dependents
        // (kubectl delete --cascade=orphan); put back, the garbage collector would destroy the namespace.
        // Where tenants are not served, to let go is all that is left, and what saves the namespace.
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

    private Verdict Agree(NamespaceRequest request, AdmissionPhase phase, Transition transition, DecisionContext context, Evaluation evaluation)
    {
        var tenant = context.LiveTenant(transition.Target);
        var completion = tenant is null
            ? _completer.Unbind(request.Received)
            : _completer.Bind(request.Received, request.Old, tenant.Name, tenant.Uid);
        if (phase is AdmissionPhase.Mutating)
        {
            // Put back as it was stored, the object shows /validate no change to warn of.
            return Allow(completion, tenant is not null && Restores(request, transition, tenant) ? [Warning()] : []);
        }

        if (completion.IsEmpty)
        {
            // What owners create every day needs no words.
            var isProvisioning = request.IsCreate && tenant is not null && tenant.Owners.Any(owner => owner.Is(request.User));
            ImmutableArray<string> told = isProvisioning ? [] : [Warning()];
            return evaluation is { Overridden: [], Warned: [] } ? Allow(Completion.Nothing, told) : Allow(
                Completion.Nothing,
                [.. told, .. DecisionMessages.Overridden(request, tenant, evaluation.Overridden), .. evaluation.Warned.Select(DecisionMessages.Warned)]);
        }

        return tenant is not null && request.Received.Tenancy is { State: TenancyState.Bound, References: [{ Uid.Length: > 0 } reference] }
            && reference.Name == transition.Target && reference.Uid != tenant.Uid
            ? Deny(DenyReason.Conflict, request, transition, DecisionMessages.UidChanged(transition.Target, reference.Uid, tenant.Uid))
            : Deny(DenyReason.Unavailable, request, transition, DecisionMessages.Incomplete);

        string Warning() => _messages.Warning(request, transition, tenant?.Uid ?? "");

        Verdict.Allow Allow(Completion completion, ImmutableArray<string> warnings) => new(completion, warnings)
        {
            Transition = transition,
            Overridden = evaluation.Overridden,
            Warned = evaluation.WarnedRules,
        };
    }

    /// <summary>Lets pass as it came what only a right or a rule stands against.</summary>
    private Verdict Tolerate(NamespaceRequest request, AdmissionPhase phase, Transition transition, ImmutableArray<Violation> violations, DecisionEvaluator evaluator)
    {
        var always = violations.RemoveAll(violation => !violation.IsAlways).AddRange(evaluator.Unmodified());
        if (always is not [])
        {
            return Deny(request, transition, [.. always.DistinctBy(static violation => (violation.Reason, violation.Words))]);
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
            ? [.. violations.Select(o => o.Words)]
            : [.. violations.Take(MostReasons).Select(o => o.Words), $"and {violations.Length - MostReasons} reasons more"]) with
        {
            Violations = violations,
            Missing = [.. violations.SelectMany(violation => violation.Missing).Distinct()],
        };

    private static Verdict.Deny Deny(DenyReason reason, NamespaceRequest request, Transition transition, params ImmutableArray<string> reasons) =>
        new(reason, DecisionMessages.Refusal(reason, request, transition, reasons)) { Transition = transition, Reasons = reasons };
}
