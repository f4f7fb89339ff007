using System.Collections.Immutable;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Decisions;

/// <summary>What the cluster said about one request: its tenants, and its user's rights on them.</summary>
internal sealed class Evidence
{
    private readonly Dictionary<string, TenantLookup> _tenants = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Verb, string Tenant), Permission> _permissions = [];

    /// <summary>What is known of a tenant.</summary>
    public TenantLookup Of(string tenant) => _tenants[tenant];

    /// <summary>What is known of the user's right on a tenant.</summary>
    public Permission On(string verb, string tenant) => _permissions[(verb, tenant)];

    /// <summary>What a target that does not exist may have meant.</summary>
    public ImmutableArray<string> Suggestions { get; private set; } = [];

    /// <summary>Asks everything that a transition can need, all at once.</summary>
    public static async Task<Evidence> GatherAsync(
        NamespaceRequest request, Transition transition, GuardOptions options, ITenants tenants, IAuthorizer authorizer, Deadline deadline)
    {
        var lookups = Involved(transition).Select(name => (Name: name, Answer: LookUp(tenants, name, deadline))).ToList();
        var reviews = options.ExemptUsers.Contains(request.User.Name)
            ? []
            : Needed(transition, options)
                .Select(need => (Need: need, Answer: authorizer.AskAsync(request.User, need.Verb, need.Tenant, deadline)))
                .ToList();

        var evidence = new Evidence();
        foreach (var (name, answer) in lookups)
        {
            evidence._tenants[name] = await answer;
        }

        foreach (var (need, answer) in reviews)
        {
            evidence._permissions[need] = await answer;
        }

        if (transition is { PutsBack: false, Target: { } target } && evidence.Of(target) is TenantLookup.Absent)
        {
            evidence.Suggestions = await Decisions.Suggestions.ForAsync(target, request.User, options.AdoptVerb, tenants, authorizer, deadline);
        }

        return evidence;
    }

    private static IEnumerable<string> Involved(Transition transition) =>
        transition.Target is { } target ? transition.Released.Append(target) : transition.Released;

    private static IEnumerable<(string Verb, string Tenant)> Needed(Transition transition, GuardOptions options)
    {
        foreach (var source in transition.Released)
        {
            yield return (options.ReleaseVerb, source);
        }

        if (transition is { PutsBack: true, Target: { } losing })
        {
            // Needed only if that tenant turns out to be terminating; asked now, since all is asked at once.
            yield return (options.ReleaseVerb, losing);
        }
        else if (transition is { TargetIsMember: false, Target: { } target })
        {
            yield return (options.AdoptVerb, target);
        }
    }

    // No tenant can have an invalid name, but whoever lets go of such a mark still needs the right to.
    private static Task<TenantLookup> LookUp(ITenants tenants, string name, Deadline deadline) =>
        TenantName.IsValid(name) ? tenants.FindAsync(name, deadline) : Task.FromResult<TenantLookup>(new TenantLookup.Impossible());
}
