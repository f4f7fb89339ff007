using System.Collections.Immutable;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Decisions;

/// <summary>What the cluster said about one request: its tenants, and its user's rights on them.</summary>
internal sealed class Evidence
{
    private readonly List<(string Tenant, TenantLookup Lookup)> _tenants;
    private readonly List<(Need Need, Permission Permission)> _permissions;

    private Evidence(int tenants, int permissions)
    {
        _tenants = new(tenants);
        _permissions = new(permissions);
    }

    /// <summary>What a target that does not exist may have meant.</summary>
    public ImmutableArray<string> Suggestions { get; private set; } = [];

    /// <summary>Asks everything that a transition can need, all at once.</summary>
    public static async Task<Evidence> GatherAsync(
        NamespaceRequest request, Transition transition, GuardOptions options, ITenants tenants, IAuthorizer authorizer, Deadline deadline)
    {
        ImmutableArray<string> involved = transition.Target is { } asked ? transition.Released.Add(asked) : transition.Released;
        var needs = Needs(request, transition, options);
        var lookups = new Task<TenantLookup>[involved.Length];
        for (var i = 0; i < lookups.Length; i++)
        {
            lookups[i] = LookUp(tenants, involved[i], deadline);
        }

        var reviews = new Task<Permission>[needs.Length];
        for (var i = 0; i < reviews.Length; i++)
        {
            reviews[i] = authorizer.AskAsync(request.User, needs[i].Verb, needs[i].Tenant, deadline);
        }

        var evidence = new Evidence(lookups.Length, reviews.Length);
        for (var i = 0; i < lookups.Length; i++)
        {
            evidence._tenants.Add((involved[i], await lookups[i]));
        }

        for (var i = 0; i < reviews.Length; i++)
        {
            evidence._permissions.Add((needs[i], await reviews[i]));
        }

        if (transition is { PutsBack: false, Target: { } target } && evidence.Of(target) is TenantLookup.Absent)
        {
            evidence.Suggestions = await Decisions.Suggestions.ForAsync(target, request.User, options.AdoptVerb, tenants, authorizer, deadline);
        }

        return evidence;
    }

    /// <summary>What is known of a tenant.</summary>
    public TenantLookup Of(string tenant)
    {
        foreach (var known in _tenants)
        {
            if (known.Tenant == tenant)
            {
                return known.Lookup;
            }
        }

        throw new ArgumentException($"tenant {tenant} was not asked about", nameof(tenant));
    }

    /// <summary>What is known of a right of the user.</summary>
    public Permission On(Need need)
    {
        foreach (var known in _permissions)
        {
            if (known.Need == need)
            {
                return known.Permission;
            }
        }

        throw new ArgumentException($"{need} was not asked about", nameof(need));
    }

    private static ImmutableArray<Need> Needs(NamespaceRequest request, Transition transition, GuardOptions options)
    {
        if (options.ExemptUsers.Contains(request.User.Name))
        {
            return [];
        }

        // A reference that vanished is a release if its tenant turns out to be terminating; asked now, since all is asked at once.
        var needs = Need.Of(transition, options);
        return transition is { PutsBack: true, Target: { } losing } ? needs.Add(new Need(options.ReleaseVerb, losing)) : needs;
    }

    // No tenant can have an invalid name, but whoever lets go of such a mark still needs the right to.
    private static Task<TenantLookup> LookUp(ITenants tenants, string name, Deadline deadline) =>
        TenantName.IsValid(name) ? tenants.FindAsync(name, deadline) : Task.FromResult<TenantLookup>(new TenantLookup.Impossible());
}
