using System.Collections.Immutable;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Decisions;

/// <summary>The state of the cluster for one request: its tenants, the user's permissions on them, and Capsule's settings.</summary>
internal sealed class DecisionContext
{
    private readonly Answers<string, TenantLookup> _tenants;
    private readonly Answers<RequiredPermission, Permission> _permissions;

    private ImmutableArray<string> _disclosedAbsent = [];

    private DecisionContext(ImmutableArray<string> involved, ImmutableArray<RequiredPermission> needs)
    {
        _tenants = new(involved);
        _permissions = new(needs);
    }

    /// <summary>Suggestions for a target that does not exist.</summary>
    public ImmutableArray<string> Suggestions { get; private set; } = [];

    /// <summary>The CapsuleConfiguration; not read if the decision does not need it.</summary>
    public CapsuleLookup Capsule { get; private set; } = CapsuleLookup.Known.Nothing;

    /// <summary>
    /// Queries everything that a transition can need, at most <see cref="Answers.MostAtOnce"/> tenants and as many permissions at a time.
    /// </summary>
    /// <returns>The answers; <see langword="null"/> if the lookup limit is reached.</returns>
    public static async Task<DecisionContext?> GatherAsync(
        NamespaceRequest request, Transition transition, GuardOptions options, EngineDependencies dependencies, Deadline deadline)
    {
        var involved = Involved(request, transition, options);
        var needs = Needs(request, transition, options);
        // The prefix and the owners matter only if the namespace gains a tenant.
        var isWayIn = transition.Kind is TransitionKind.Adopt or TransitionKind.Migrate;
        using var turn = Enter(dependencies.Limiter, Lookups(involved), needs.Length, request.User.Weight, isWayIn);
        if (turn is null)
        {
            return null;
        }

        var context = new DecisionContext(involved, needs);
        var lookups = context._tenants.AskAsync(
            (dependencies.Tenants, deadline), static (from, name) => LookUp(from.Tenants, name, from.deadline));
        var reviews = context._permissions.AskAsync(
            (dependencies.Authorizer, request.User, deadline),
            static (from, need) => from.Authorizer.AskAsync(from.User, need.Verb, need.Tenant, from.deadline));
        var capsule = isWayIn ? dependencies.Capsule.SettingsAsync(deadline) : null;
        await lookups;
        await reviews;
        context.Capsule = capsule is null ? context.Capsule : await capsule;
        if (context._tenants.Any(static lookup => lookup is TenantLookup.Absent))
        {
            await context.LookIntoAbsentAsync(request, transition, options, dependencies, deadline);
        }

        return context;
    }

    private static int Lookups(ImmutableArray<string> involved)
    {
        var lookups = 0;
        foreach (var name in involved)
        {
            lookups += TenantName.IsValid(name) ? 1 : 0;
        }

        return lookups;
    }

    // Lookups for an absent target come last, so that they need no more of the lookup limit than the others did.
    private static IDisposable? Enter(ILookupLimiter limiter, int lookups, int needs, int weight, bool isWayIn)
    {
        var atOnce = Math.Min(lookups, Answers.MostAtOnce) + (Math.Min(needs, Answers.MostAtOnce) * weight);
        return (atOnce, isWayIn) switch
        {
            (0, false) => ILookupLimiter.Open.Enter(0),
            (_, false) => limiter.Enter(atOnce),
            (_, true) => limiter.Enter(Math.Max(atOnce + 1, Decisions.Suggestions.MostAsked * weight)),
        };
    }

    private async Task LookIntoAbsentAsync(
        NamespaceRequest request, Transition transition, GuardOptions options, EngineDependencies dependencies, Deadline deadline)
    {
        var absent = _tenants.Questions.Where(name => Of(name) is TenantLookup.Absent && IsInTheWay(name)).ToList();
        _disclosedAbsent = await AbsenceDisclosure.ToldAsync(absent, IsCovered, request, dependencies.Authorizer, deadline);
        if (transition.Target is { } target && _disclosedAbsent.Contains(target, StringComparer.Ordinal))
        {
            Suggestions = await Decisions.Suggestions.ForAsync(
                target, request.User, options.Verbs.Adopt, dependencies.Tenants, dependencies.Authorizer, deadline);
        }

        // A release from a tenant that no longer exists needs no message about it.
        bool IsInTheWay(string name) => name == transition.Target
            ? !transition.PutsBack
            : options.Mode is not EnforcementMode.Enforce && request.NewReferences().Any(reference => reference.Name == name);

        bool IsCovered(string name) =>
            options.ExemptUsers.Contains(request.User.Name)
            || RequiredPermission.On(name, transition, options.Verbs) is not { } need
            || On(need) is Permission.Granted;
    }

    /// <summary>The result of the lookup of a tenant.</summary>
    public TenantLookup Of(string tenant) => _tenants.To(tenant);

    /// <summary>The tenant, if it exists.</summary>
    public Tenant? LiveTenant(string? tenant) => tenant is not null && Of(tenant) is TenantLookup.Found found ? found.Tenant : null;

    /// <summary>Whether the user may learn that a tenant does not exist.</summary>
    public bool DisclosesAbsent(string tenant) => _disclosedAbsent.Contains(tenant, StringComparer.Ordinal);

    /// <summary>The result of the access review for a permission.</summary>
    public Permission On(RequiredPermission need) => _permissions.To(need);

    private static ImmutableArray<string> Involved(NamespaceRequest request, Transition transition, GuardOptions options)
    {
        ImmutableArray<string> concerned = transition.Target is { } target ? transition.Released.Add(target) : transition.Released;
        // If a refused request can be admitted unmodified, the references that it writes are checked too.
        return options.Mode is EnforcementMode.Enforce
            ? concerned
            : [.. concerned.Union(request.NewReferences().Select(reference => reference.Name), StringComparer.Ordinal)];
    }

    /// <summary>
    /// The permissions to ask for. They are asked before the engine settles the transition, and must cover all that
    /// <see cref="DecisionEvaluator"/> and <see cref="Disclosure"/> read of it afterwards.
    /// </summary>
    private static ImmutableArray<RequiredPermission> Needs(NamespaceRequest request, Transition transition, GuardOptions options)
    {
        var needs = options.ExemptUsers.Contains(request.User.Name) ? [] : Required(request, transition, options);
        if (request.ChangeReason.Override.Length == 0)
        {
            return needs;
        }

        needs = needs.AddRange(RequiredPermission.ToOverride(transition, options.Verbs));
        return transition.PutsBack
            ? needs.AddRange(RequiredPermission.ToOverride(transition with { Target = null }, options.Verbs))
            : needs;
    }

    private static ImmutableArray<RequiredPermission> Required(NamespaceRequest request, Transition transition, GuardOptions options)
    {
        var needs = RequiredPermission.Of(transition, options.Verbs);
        if (transition is { PutsBack: true, Target: { } losing })
        {
            // A removed reference is a release if its tenant is being deleted. The permission is queried now, together with all others.
            needs = needs.Add(new RequiredPermission(options.Verbs.Release, losing));
        }

        // If a refused request can be admitted unmodified, the answer mentions newly named tenants only to users with permission on them.
        return options.Mode is EnforcementMode.Enforce
            ? needs
            : needs.AddRange(request.NewReferences()
                .Where(reference => TenantName.IsValid(reference.Name))
                .Select(reference => new RequiredPermission(options.Verbs.Adopt, reference.Name))
                .Except(needs));
    }

    // A tenant can't have an invalid name, but removing such a label or ownerReference still requires the permission.
    private static Task<TenantLookup> LookUp(ITenants tenants, string name, Deadline deadline) =>
        TenantName.IsValid(name) ? tenants.FindAsync(name, deadline) : Task.FromResult<TenantLookup>(new TenantLookup.Impossible());
}
