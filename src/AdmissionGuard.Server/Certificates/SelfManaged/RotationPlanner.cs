using System.Collections.Immutable;

namespace AdmissionGuard.Server.Certificates.SelfManaged;

/// <summary>Decides the next step of the certificates' life. Whoever trusts what is published can always talk to whoever serves what is kept.</summary>
/// <param name="lifetimes">How long certificates live.</param>
internal sealed class RotationPlanner(Lifetimes lifetimes)
{
    // A bundle that grew without end would be refused one day.
    private const int MostBeside = 4;

    public RotationAction Next(RotationState state, DateTimeOffset now)
    {
        var known = Known(state, now);
        var signer = state.Bundle.FirstOrDefault(authority => authority.Id == state.Signer);
        var leaf = Valid(state.Leaf, now);
        var isTrusted = leaf is not null && known.Any(authority => authority.Id == leaf.Issuer);
        // Whom the API server trusts may yet be read: then it is not known that nothing is left to lose.
        var mayBeTrusted = isTrusted || (leaf is not null && state.Publication is null);

        if (signer is null || !signer.Validity.Covers(now))
        {
            return mayBeTrusted && state.Publication is null ? new RotationAction.Wait() : new RotationAction.MakeAuthority(Beside(known, leaf));
        }

        if (!isTrusted || leaf is null)
        {
            return mayBeTrusted ? new RotationAction.Wait() : new RotationAction.IssueLeaf();
        }

        if (leaf.Issuer == signer.Id && (IsToRenew(leaf.Validity, signer.Validity, now) || !leaf.HasNames))
        {
            // Whoever trusts the one trusts the other: it waits for nobody.
            return new RotationAction.IssueLeaf();
        }

        return now >= signer.Validity.DueAt && state.Publication is not null
            ? new RotationAction.MakeAuthority(Beside(known, leaf))
            : NextOfTrusted(state, signer, leaf, now);
    }

    private RotationAction NextOfTrusted(RotationState state, AuthorityFacts signer, LeafFacts leaf, DateTimeOffset now)
    {
        if (state.Bundle.All(authority => authority.Id != leaf.Issuer))
        {
            return new RotationAction.SetBundle([leaf.Issuer, .. state.Bundle.Select(authority => authority.Id)]);
        }

        if (!leaf.IsKept || IsToCome(state.LeafSince, now))
        {
            return new RotationAction.Note(state.PublishedSince, now);
        }

        switch (state.Publication)
        {
            case null:
                return new RotationAction.Wait();
            case { IsBundle: false } when state.PublishedSince is not null:
                return new RotationAction.Note(null, state.LeafSince);
            case { IsBundle: false }:
                return new RotationAction.Publish();
            case { IsBundle: true } when IsToCome(state.PublishedSince, now):
                return new RotationAction.Note(now, state.LeafSince);
        }

        return !HasSettled(state.PublishedSince, now) ? new RotationAction.Wait()
            : leaf.Issuer != signer.Id ? new RotationAction.IssueLeaf()
            : state.Bundle.Length > 1 && HasSettled(state.LeafSince, now) ? new RotationAction.SetBundle([signer.Id])
            : new RotationAction.Wait();
    }

    // Earlier where the authority is to be changed: from then on nobody can renew it until the new authority is published.
    // Never where another would last no longer.
    private static bool IsToRenew(Validity leaf, Validity signer, DateTimeOffset now) =>
        leaf.Until < signer.Until && now >= (now >= signer.DueAt ? leaf.From + ((leaf.Until - leaf.From) / 3) : leaf.DueAt);

    private static LeafFacts? Valid(LeafFacts? leaf, DateTimeOffset now) => leaf?.Validity.Covers(now) is true ? leaf : null;

    // A time to come is another clock's, or a hand's: it counts from now.
    private static bool IsToCome(DateTimeOffset? since, DateTimeOffset now) => since is null || since > now;

    private bool HasSettled(DateTimeOffset? since, DateTimeOffset now) => now >= since + lifetimes.Settle;

    private static ImmutableArray<AuthorityFacts> Known(RotationState state, DateTimeOffset now) =>
    [
        .. state.Bundle.Concat(state.Publication?.Authorities ?? [])
            .Where(authority => authority.Validity.Covers(now))
            .DistinctBy(authority => authority.Id, StringComparer.Ordinal),
    ];

    // Replicas may still serve by any of them, but by the leaf's own most of all.
    private static ImmutableArray<string> Beside(ImmutableArray<AuthorityFacts> known, LeafFacts? leaf) =>
    [
        .. known.OrderByDescending(authority => authority.Id == leaf?.Issuer).ThenByDescending(authority => authority.Validity.Until).Take(MostBeside).Select(authority => authority.Id),
    ];
}
