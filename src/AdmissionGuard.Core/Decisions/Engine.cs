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

    private readonly Ports _ports;
    private readonly GuardOptions _options;
    private readonly Completer _completer;
    private readonly Phrases _phrases;
    private readonly SubResourceAdvice _subResources;

    /// <summary>Makes an engine.</summary>
    /// <param name="ports">What it asks the world through.</param>
    /// <param name="options">What the operators chose.</param>
    public Engine(Ports ports, GuardOptions options)
    {
        _ports = ports;
        _options = options;
        _completer = new Completer(options.Tenant);
        _phrases = new Phrases(options);
        _subResources = new SubResourceAdvice(options.Tenant);
    }

    /// <summary>Decides on one request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="phase">Which webhook asks.</param>
    /// <param name="deadline">When the answer must be there.</param>
    /// <returns>The verdict.</returns>
    public async ValueTask<Verdict> DecideAsync(NamespaceRequest request, AdmissionPhase phase, Deadline deadline) =>
        await JudgeAsync(request, phase, deadline) with { Justification = request.Justification };

    private async ValueTask<Verdict> JudgeAsync(NamespaceRequest request, AdmissionPhase phase, Deadline deadline)
    {
        var transition = request.Old is { } old ? TransitionReader.OfUpdate(old, request.Received) : TransitionReader.OfCreate(request.Received);
        if (AtOnce(request, phase, transition) is { } verdict)
        {
            return verdict with { Transition = transition };
        }

        if (await Evidence.GatherAsync(request, transition, _options, _ports, deadline) is not { } evidence)
        {
            return Deny(DenyReason.Busy, request, transition, Phrases.Busy);
        }

        transition = Settle(transition, evidence);
        if (ControllerUpdate.IsRefused(request, transition, evidence, _options, _completer))
        {
            return Deny(DenyReason.Conflict, request, transition, Phrases.NotCompleted(transition.Target!));
        }

        var judge = new Judge(request, transition, evidence, _options, _phrases, _ports.Clock.GetUtcNow());
        var judgement = judge.Hear();
        return judgement.Objections switch
        {
            [] => Agree(request, phase, transition, evidence, judgement),
            var objections when _options.Mode is EnforcementMode.Enforce => Deny(request, transition, objections) with { Rules = judgement.Broken },
            var objections => Tolerate(request, phase, transition, objections, judge),
        };
    }

    /// <summary>What needs no look-up.</summary>
    private Verdict? AtOnce(NamespaceRequest request, AdmissionPhase phase, Transition transition) => transition switch
    {
        { Kind: TransitionKind.Unchanged } => phase is AdmissionPhase.Validating && request.Old is { Tenancy.State: not (TenancyState.None or TenancyState.Bound) } broken
            ? new Verdict.Allow(Completion.Nothing, [Phrases.BrokenTenancy(broken)])
            : Verdict.Allow.AsItCame,
        _ when request.SubResource.Length > 0 && _subResources.Of(request, transition) is var (reason, words) =>
            Deny(reason, request, transition, words),
        _ when request.Received.IsTerminating || request.Old is { IsTerminating: true } => Deny(DenyReason.Forbidden, request, transition, Phrases.NamespaceTerminating),
        { Kind: TransitionKind.Contradictory }
            when _options.Mode is EnforcementMode.Enforce || transition.AddsSibling || NamesTooMany(request) =>
            Deny(DenyReason.Invalid, request, transition, transition.Contradiction),
        { Target: { } target } when !TenantName.IsValid(target) => Deny(DenyReason.Invalid, request, transition, Phrases.BadName(target)),
        _ => null,
    };

    /// <summary>Whether the modes that let a contradiction pass would have to look more tenants up than one namespace can mean.</summary>
    private static bool NamesTooMany(NamespaceRequest request) =>
        request.NewReferences().Select(static reference => reference.Name).Distinct(StringComparer.Ordinal).Skip(MostNewTenants).Any();

    /// <summary>What the request comes to, now that it is known which of its tenants live.</summary>
    private static Transition Settle(Transition transition, Evidence evidence)
    {
        // A reference that vanishes under a terminating tenant is how Kubernetes orphans dependents
        // (kubectl delete --cascade=orphan); put back, the garbage collector would destroy the namespace.
        // Where tenants are not served, to let go is all that is left, and what saves the namespace.
        if (transition is { PutsBack: true, Target: { } target } && (IsGoing(target) || evidence.Of(target) is TenantLookup.Absent))
        {
            transition = transition with { Target = null, Released = transition.Released.Insert(0, target) };
        }

        var living = transition.Released.RemoveAll(name => evidence.Of(name) is TenantLookup.Absent);
        var orphans = transition.Target is null && living.All(IsGoing);
        return orphans || living.Length < transition.Released.Length
            ? transition with { Released = living, IsOrphaning = orphans }
            : transition;

        bool IsGoing(string name) => evidence.Of(name) is TenantLookup.NotServed or TenantLookup.Found { Tenant.IsTerminating: true };
    }

    private Verdict Agree(NamespaceRequest request, AdmissionPhase phase, Transition transition, Evidence evidence, Judgement judgement)
    {
        var tenant = evidence.Living(transition.Target);
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
            return judgement is { Lifted: [], Warned: [] } ? Allow(Completion.Nothing, told) : Allow(
                Completion.Nothing,
                [.. told, .. Phrases.Lifted(request, tenant, judgement.Lifted), .. judgement.Warned.Select(Phrases.Warned)]);
        }

        return tenant is not null && request.Received.Tenancy is { State: TenancyState.Bound, References: [{ Uid.Length: > 0 } reference] }
            && reference.Name == transition.Target && reference.Uid != tenant.Uid
            ? Deny(DenyReason.Conflict, request, transition, Phrases.UidChanged(transition.Target, reference.Uid, tenant.Uid))
            : Deny(DenyReason.Unavailable, request, transition, Phrases.Incomplete);

        string Warning() => _phrases.Warning(request, transition, tenant?.Uid ?? "");

        Verdict.Allow Allow(Completion completion, ImmutableArray<string> warnings) => new(completion, warnings)
        {
            Transition = transition,
            Lifted = judgement.Lifted,
            Warned = judgement.WarnedRules,
        };
    }

    /// <summary>Lets pass as it came what only a right or a rule stands against.</summary>
    private Verdict Tolerate(NamespaceRequest request, AdmissionPhase phase, Transition transition, ImmutableArray<Objection> objections, Judge judge)
    {
        var always = objections.RemoveAll(objection => !objection.IsAlways).AddRange(judge.AsItCame());
        if (always is not [])
        {
            return Deny(request, transition, [.. always.Distinct()]);
        }

        var refusal = Deny(request, transition, objections).Message;
        var warns = _options.Mode is EnforcementMode.Warn && phase is AdmissionPhase.Validating;
        return new Verdict.Allow(Completion.Nothing, warns ? [Phrases.Tolerated(refusal)] : []) { Transition = transition, Tolerated = refusal };
    }

    private bool Restores(NamespaceRequest request, Transition transition, Tenant tenant) =>
        request.Old is { Tenancy: { State: TenancyState.Bound, References: [var stored] } }
        && stored.Name == transition.Target && stored.Uid == tenant.Uid && stored.ApiVersion == _options.Tenant.ApiVersion;

    private static Verdict.Deny Deny(NamespaceRequest request, Transition transition, ImmutableArray<Objection> objections) =>
        Deny(objections.Min(o => o.Reason), request, transition, objections.Length <= MostReasons
            ? [.. objections.Select(o => o.Words)]
            : [.. objections.Take(MostReasons).Select(o => o.Words), $"and {objections.Length - MostReasons} reasons more"]);

    private static Verdict.Deny Deny(DenyReason reason, NamespaceRequest request, Transition transition, params ImmutableArray<string> reasons) =>
        new(reason, Phrases.Refusal(reason, request, transition, reasons)) { Transition = transition, Reasons = reasons };
}
