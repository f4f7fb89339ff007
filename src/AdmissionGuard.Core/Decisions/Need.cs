using System.Collections.Immutable;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Decisions;

/// <summary>A right that a transition takes.</summary>
internal readonly record struct Need(string Verb, string Tenant)
{
    /// <summary>The one rule for every row: release on every tenant that loses the namespace, adopt on the target unless it has it already.</summary>
    public static ImmutableArray<Need> Of(Transition transition, GuardOptions options)
    {
        var adopts = transition is { TargetIsMember: false, Target: not null };
        var needs = ImmutableArray.CreateBuilder<Need>(transition.Released.Length + (adopts ? 1 : 0));
        foreach (var source in transition.Released)
        {
            needs.Add(new Need(options.ReleaseVerb, source));
        }

        if (adopts)
        {
            needs.Add(new Need(options.AdoptVerb, transition.Target!));
        }

        return needs.MoveToImmutable();
    }
}
