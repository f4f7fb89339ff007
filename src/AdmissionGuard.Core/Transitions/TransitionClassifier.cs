using System.Collections.Immutable;
using AdmissionGuard.Core.Tenancies;

namespace AdmissionGuard.Core.Transitions;

/// <summary>Classifies the transition of a request from what it changes, by the decision table.</summary>
public static class TransitionClassifier
{
    private enum LabelChange { Unchanged, Set, Removed }

    private enum ReferenceChange { Unchanged, Gone, One, Several }

    /// <summary>The transition of a creation.</summary>
    /// <param name="created">The namespace as received.</param>
    /// <returns>Unchanged for no marks, else Adopt, or Contradictory where the marks disagree.</returns>
    public static Transition FromCreate(NamespaceRecord created)
    {
        if (Added(created.SiblingReferences, []) is { } sibling)
        {
            return Contradicts(SiblingWords(sibling)) with { AddsSibling = true };
        }

        var tenancy = created.Tenancy;
        ImmutableArray<string> named = tenancy.LabelledTenant is { } label
            ? [label, .. tenancy.ReferencedTenants.Where(name => name != label)]
            : tenancy.ReferencedTenants;
        return named switch
        {
            [] => Transition.Unchanged,
            [var target] => Asks(target, from: Tenancy.None),
            _ => Contradicts($"the label and the ownerReferences name different tenants, {MessageText.List(named)}; name one"),
        };
    }

    /// <summary>What an update wants: the table of <c>deploy/docs/decisions.md</c>, one line for each row.</summary>
    /// <param name="before">The namespace as stored.</param>
    /// <param name="after">The namespace as the request would leave it.</param>
    /// <returns>The transition, before any look at the tenants it names.</returns>
    public static Transition FromUpdate(NamespaceRecord before, NamespaceRecord after)
    {
        if (Added(after.SiblingReferences, before.SiblingReferences) is { } sibling)
        {
            return Contradicts(SiblingWords(sibling)) with { AddsSibling = true };
        }

        var (old, now) = (before.Tenancy, after.Tenancy);
        var label = now.LabelledTenant;
        var members = old.ReferencedTenants;
        var named = now.ReferencedTenants;
        return (LabelChangeOf(old, now), ReferenceChangeOf(old, now)) switch
        {
            (LabelChange.Unchanged, ReferenceChange.Unchanged) => Transition.Unchanged,
            (LabelChange.Set, _) when AreIn(members, named, label) => Asks(label, old),
            (LabelChange.Set, _) =>
                Contradicts(
                    $"the label asks for tenant {MessageText.Quote(label!)}, the ownerReferences name {MessageText.List(named)}; change "
                        + "the label alone"),
            (LabelChange.Removed, ReferenceChange.Unchanged or ReferenceChange.Gone) => Asks(null, old),
            (LabelChange.Unchanged, ReferenceChange.Gone) when label is not null && IsIn(members, label) =>
                Asks(label, old) with { PutsBack = true },
            (LabelChange.Unchanged, ReferenceChange.Gone) => Asks(null, old),
            (_, ReferenceChange.One) => Asks(named[0], old),
            _ => Contradicts($"the ownerReferences name several tenants: {MessageText.List(named)}; change the label alone"),
        };
    }

    private static LabelChange LabelChangeOf(Tenancy old, Tenancy now) =>
        now.LabelledTenant == old.LabelledTenant ? LabelChange.Unchanged
        : now.LabelledTenant is null ? LabelChange.Removed
        : LabelChange.Set;

    private static ReferenceChange ReferenceChangeOf(Tenancy old, Tenancy now) =>
        now.HasSameReferencesAs(old) ? ReferenceChange.Unchanged
        : now.ReferencedTenants.Length switch
        {
            0 => ReferenceChange.Gone,
            1 => ReferenceChange.One,
            _ => ReferenceChange.Several,
        };

    private static Transition Asks(string? target, Tenancy from)
    {
        // Capsule counts membership by reference; a label alone makes no member, only a source.
        var members = from.ReferencedTenants;
        ImmutableArray<string> sources = members is [] && from.LabelledTenant is { } label ? [label] : members;
        return new Transition
        {
            IsChange = true,
            Target = target,
            Members = members,
            Released = sources.RemoveAll(name => name == target),
        };
    }

    private static Transition Contradicts(string why) => new() { Contradiction = why };

    private static bool IsIn(ImmutableArray<string> names, string name) => names.Contains(name, StringComparer.Ordinal);

    /// <summary>Whether each of the names is the label's tenant or a member.</summary>
    private static bool AreIn(ImmutableArray<string> members, ImmutableArray<string> names, string? label)
    {
        const int Few = 8;
        if (names.Length <= Few)
        {
            return names.All(name => name == label || IsIn(members, name));
        }

        var known = members.ToHashSet(StringComparer.Ordinal);
        return names.All(name => name == label || known.Contains(name));
    }

    private static SameGroupOwnerReference? Added(ImmutableArray<SameGroupOwnerReference> now, ImmutableArray<SameGroupOwnerReference> old)
    {
        if (now is [])
        {
            return null;
        }

        var stored = new Multiset<SameGroupOwnerReference>(old);
        foreach (var reference in now)
        {
            if (!stored.Remove(reference))
            {
                return reference;
            }
        }

        return null;
    }

    private static string SiblingWords(SameGroupOwnerReference sibling) =>
        $"an ownerReference to {MessageText.Quote($"{sibling.Kind} {sibling.Name}")} {Transition.OtherKindRefused}; remove it";
}
