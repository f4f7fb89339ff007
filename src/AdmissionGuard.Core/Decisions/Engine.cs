using AdmissionGuard.Core.Completions;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Decisions;

/// <summary>Decides: reads the transition, asks the cluster what that takes, and judges. Both webhooks ask the same engine.</summary>
public sealed class Engine
{
    private readonly ITenants _tenants;
    private readonly IAuthorizer _authorizer;
    private readonly GuardOptions _options;
    private readonly Completer _completer;
    private readonly ProtectedNamespaces _protected;
    private readonly Phrases _phrases;

    /// <summary>Makes an engine.</summary>
    /// <param name="tenants">Reads tenants live.</param>
    /// <param name="authorizer">Answers access reviews.</param>
    /// <param name="options">What the operators chose.</param>
    public Engine(ITenants tenants, IAuthorizer authorizer, GuardOptions options)
    {
        _tenants = tenants;
        _authorizer = authorizer;
        _options = options;
        _completer = new Completer(options.Tenant);
        _protected = new ProtectedNamespaces(options.ProtectedNamespaces);
        _phrases = new Phrases(options);
    }

    /// <summary>Decides on one request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="phase">Which webhook asks.</param>
    /// <param name="deadline">When the answer must be there.</param>
    /// <returns>The verdict.</returns>
    public async ValueTask<Verdict> DecideAsync(NamespaceRequest request, AdmissionPhase phase, Deadline deadline)
    {
        var transition = request.Old is { } old ? TransitionReader.OfUpdate(old, request.Received) : TransitionReader.OfCreate(request.Received);
        if (AtOnce(request, transition) is { } verdict)
        {
            return verdict with { Transition = transition };
        }

        var evidence = await Evidence.GatherAsync(request, transition, _options, _tenants, _authorizer, deadline);
        transition = Settle(transition, evidence);
        var objections = new Objections(request, transition, evidence, _options, _protected, _phrases).All();
        return objections is []
            ? Agree(request, phase, transition, evidence)
            : Deny(objections.Min(o => o.Reason), request, transition, objections.Select(o => o.Words));
    }

    /// <summary>What needs no look-up.</summary>
    private Verdict? AtOnce(NamespaceRequest request, Transition transition) => transition switch
    {
        { Kind: TransitionKind.Unchanged } => request.Old is { Tenancy.State: not (TenancyState.None or TenancyState.Bound) } broken
            ? new Verdict.Allow(Completion.Nothing, [Phrases.Broken(broken)])
            : Verdict.Allow.AsItCame,
        { Kind: TransitionKind.Contradictory } => Deny(DenyReason.Invalid, request, transition, transition.Contradiction),
        _ when request.SubResource.Length > 0 => Deny(DenyReason.Forbidden, request, transition, _phrases.SubResource(request)),
        _ when request.Received.IsTerminating || request.Old is { IsTerminating: true } => Deny(DenyReason.Forbidden, request, transition, Phrases.NamespaceTerminating),
        { Target: { } target } when !TenantName.IsValid(target) => Deny(DenyReason.Invalid, request, transition, Phrases.BadName(target)),
        _ => null,
    };

    /// <summary>What the request comes to, now that it is known which of its tenants live.</summary>
    private static Transition Settle(Transition transition, Evidence evidence)
    {
        // A reference that vanishes under a terminating tenant is how Kubernetes orphans dependents
        // (kubectl delete --cascade=orphan); put back, the garbage collector would destroy the namespace.
        if (transition is { PutsBack: true, Target: { } target } && evidence.Of(target) is TenantLookup.Absent or TenantLookup.Found { Tenant.IsTerminating: true })
        {
            transition = transition with { Target = null, PutsBack = false, Released = transition.Released.Insert(0, target) };
        }

        var living = transition.Released.RemoveAll(name => evidence.Of(name) is TenantLookup.Absent);
        return living.Length == transition.Released.Length ? transition : transition with { Released = living };
    }

    private Verdict Agree(NamespaceRequest request, AdmissionPhase phase, Transition transition, Evidence evidence)
    {
        var tenant = transition.Target is { } name && evidence.Of(name) is TenantLookup.Found found ? found.Tenant : null;
        var completion = tenant is null
            ? _completer.Unbind(request.Received)
            : _completer.Bind(request.Received, request.Old, transition.Target!, tenant.Uid);
        if (phase is AdmissionPhase.Mutating)
        {
            // Put back as it was stored, the object shows /validate no change to warn of.
            return new Verdict.Allow(completion, tenant is not null && Restores(request, transition, tenant) ? [Warning()] : []) { Transition = transition };
        }

        if (completion.IsEmpty)
        {
            // What owners create every day needs no words.
            return new Verdict.Allow(Completion.Nothing, request.IsCreate && tenant is not null && tenant.IsOwnedBy(request.User) ? [] : [Warning()]) { Transition = transition };
        }

        return tenant is not null && request.Received.Tenancy is { State: TenancyState.Bound, References: [{ Uid.Length: > 0 } reference] }
            && reference.Name == transition.Target && reference.Uid != tenant.Uid
            ? Deny(DenyReason.Conflict, request, transition, Phrases.UidChanged(transition.Target, reference.Uid, tenant.Uid))
            : Deny(DenyReason.Unavailable, request, transition, Phrases.Incomplete);

        string Warning() => _phrases.Warning(request, transition, tenant?.Uid ?? "");
    }

    private bool Restores(NamespaceRequest request, Transition transition, Tenant tenant) =>
        request.Old is { Tenancy: { State: TenancyState.Bound, References: [var stored] } }
        && stored.Name == transition.Target && stored.Uid == tenant.Uid && stored.ApiVersion == _options.Tenant.ApiVersion;

    private static Verdict.Deny Deny(DenyReason reason, NamespaceRequest request, Transition transition, params IEnumerable<string> reasons) =>
        new(reason, Phrases.Refusal(reason, request, transition, reasons)) { Transition = transition };
}
