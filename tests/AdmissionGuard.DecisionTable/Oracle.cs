using System.Collections.Immutable;

namespace AdmissionGuard.DecisionTable;

/// <summary>Says what the design's rules make of a situation, without a look at the guard's code.</summary>
public static class Oracle
{
    // "/validate on an object that is not complete: permission first": of several reasons, what may change by itself
    // tells before what is forbidden, and that before what can't be meant.
    private const int Unavailable = 503;
    private const int Forbidden = 403;
    private const int Invalid = 422;
    private const int Conflict = 409;

    /// <summary>The transition that a situation comes to.</summary>
    /// <param name="state">The situation.</param>
    /// <returns>Its kind, what it takes, and its target.</returns>
    public static Taking TakingOf(Situation state)
    {
        // What is refused before any look at the tenants is what it would be if all of them lived.
        var (change, world) = (state.Change, state.IsRefusedUnseen ? new World() : state.World);
        return Rows.Of(change).Asked(change) switch
        {
            Ask.Nothing => Taking.Of("Unchanged", null),
            Ask.Contradiction => Taking.Of("Contradictory", null),
            // Under a tenant that is being deleted Kubernetes orphans dependents this way: nothing is restored. Nor is it where no tenant
            // can be
            // looked up at all: "letting go is allowed, since that is what saves namespaces when a CRD was deleted".
            Ask.PutBack(var tenant) when world[tenant] is TenantState.Terminating or TenantState.Absent or TenantState.NotServed =>
                Take(change, world, null),
            Ask.PutBack(var tenant) => Take(change, world, tenant),
            Ask.In(var tenant) => Take(change, world, tenant),
            var other => throw new InvalidOperationException($"no such ask: {other}"),
        };
    }

    /// <summary>What <c>/mutate</c> answers.</summary>
    /// <param name="state">The situation.</param>
    /// <returns>The answer.</returns>
    public static Expectation Mutate(Situation state) => Decide(state, isFinal: false);

    /// <summary>What <c>/validate</c> answers of the same object.</summary>
    /// <param name="state">The situation.</param>
    /// <returns>The answer.</returns>
    public static Expectation Validate(Situation state) => Decide(state, isFinal: true);

    /// <summary>The permissions that who asks needs.</summary>
    /// <param name="state">The situation.</param>
    /// <param name="taking">What it takes.</param>
    /// <returns>For instance <c>release oil</c>; none for who needs no verbs.</returns>
    public static ImmutableArray<string> Needs(Situation state, Taking taking)
    {
        var actor = state.Actor;
        var mayByOwning = state.Change.IsCreate
            ? Owns(taking.Target)
            : actor.OwnersMayMigrate && taking is { Kind: "Migrate", Released: not [] } && Owns(taking.Target) && taking.Released.All(Owns);
        return actor.IsExempt || mayByOwning
            ? []
            : [.. taking.Released.Select(tenant => $"release {tenant}"), .. taking.Adopted.Select(tenant => $"adopt {tenant}")];

        // Who owns a tenant stands in the tenant.
        bool Owns(string? tenant) =>
            tenant is not null
                && actor.Owns.Contains(tenant, StringComparer.Ordinal)
                && state.World[tenant] is TenantState.Live or TenantState.Terminating;
    }

    private static Expectation Decide(Situation state, bool isFinal)
    {
        var taking = TakingOf(state);
        var received = state.Change.Received;
        if (taking.Kind == "Unchanged")
        {
            return Answer(0);
        }

        if (state.IsRefusedUnseen)
        {
            return Answer(Forbidden);
        }

        if (taking.Kind == "Contradictory")
        {
            return Answer(Invalid);
        }

        if (IsStaleWrite(state, taking))
        {
            return Answer(Conflict);
        }

        var missing = Missing(state, taking);
        var codes = Violations(state, taking).Concat(missing is [] ? [] : [Forbidden]).ToHashSet();
        foreach (var code in new[] { Unavailable, Forbidden, Invalid })
        {
            if (codes.Contains(code))
            {
                return Answer(code) with { Missing = missing };
            }
        }

        var whole = RowTenancy.In(taking.Target);
        return !isFinal || received.ToString() == whole.ToString() ? Answer(0) with { Result = whole }
            // All is there, and the tenant has been recreated in between.
            : received is { IsSound: true, References: [{ Uid: not ("" or Reference.Live) } only] }
                && only.Tenant == taking.Target ? Answer(Conflict)
            : Answer(Unavailable);

        Expectation Answer(int code) => new(taking.Kind, taking.Target, code, [], received);
    }

    /// <summary>"release on every member or source that is not Q and still exists; adopt on Q unless Q is a member."</summary>
    private static Taking Take(Change change, World world, string? target)
    {
        ImmutableArray<string> from = change.Members is not [] ? change.Members : change.OldLabel is { } source ? [source] : [];
        ImmutableArray<string> released = [.. from.Where(tenant => tenant != target && world[tenant] is not TenantState.Absent)];
        var isMember = change.WasMember(target);
        var kind = target is null ? "Release"
            : isMember && released is [] ? "Repair"
            : change.Members is [] ? "Adopt"
            : "Migrate";
        return new Taking(kind, target, released, target is null || isMember ? [] : [target]);
    }

    /// <summary>
    /// "On UPDATE by a controller of the tenants a Migrate is never completed; what does not name one live tenant in both is 409."
    /// Whether a tenant lives that could not be looked up, nobody knows; and where tenants are not served, reading again is no help.
    /// </summary>
    private static bool IsStaleWrite(Situation state, Taking taking) =>
        state is { Actor.IsController: true, Change.IsCreate: false }
        && taking is { Kind: "Migrate", Target: { } target }
        && state.World[target] is not (TenantState.Unanswered or TenantState.NotServed)
        && (state.World[target] is not TenantState.Live || state.Change.Received.ToString() != RowTenancy.In(target).ToString());

    private static ImmutableArray<string> Missing(Situation state, Taking taking) =>
        [
            .. Needs(state, taking).Where(
                need => !(need.StartsWith("release ", StringComparison.Ordinal) ? state.Actor.MayRelease : state.Actor.MayAdopt)),
        ];

    private static IEnumerable<int> Violations(Situation state, Taking taking)
    {
        if (taking.Released.Any(tenant => state.World[tenant] is TenantState.Unanswered))
        {
            yield return Unavailable;
        }

        if (taking.Target is { } target)
        {
            switch (state.World[target])
            {
                case TenantState.Unanswered:
                    yield return Unavailable;
                    break;
                // "Every other way is refused without 'try again in a second'."
                case TenantState.Absent or TenantState.NotServed:
                    yield return Invalid;
                    break;
                case TenantState.Terminating when taking.Kind != "Repair" || !KeepsLiveReference(state.Change, target):
                    yield return Forbidden;
                    break;
            }
        }
    }

    /// <summary>Who only fixes the label of a namespace takes it in nowhere: its reference was right, and stays.</summary>
    private static bool KeepsLiveReference(Change change, string target)
    {
        return Has(change.Stored) && Has(change.Received);

        bool Has(RowTenancy? tenancy) =>
            tenancy is not null && tenancy.References.Any(reference => reference.Tenant == target && reference.Uid == Reference.Live);
    }
}

/// <summary>What a transition takes.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Target">The tenant asked for; <see langword="null"/> for none.</param>
/// <param name="Released">The tenants on which <c>release</c> is needed.</param>
/// <param name="Adopted">The tenant on which <c>adopt</c> is needed, if any.</param>
public sealed record Taking(string Kind, string? Target, ImmutableArray<string> Released, ImmutableArray<string> Adopted)
{
    /// <summary>A transition that takes nothing.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="target">The tenant asked for.</param>
    /// <returns>The taking.</returns>
    public static Taking Of(string kind, string? target) => new(kind, target, [], []);
}
