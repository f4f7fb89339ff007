using System.Collections.Immutable;

namespace AdmissionGuard.Server.Certificates.SelfManaged;

/// <summary>Decides the next step of the certificates' life. Whoever trusts what is published can always talk to whoever serves what is kept.</summary>
/// <param name="lifetimes">How long certificates live.</param>
internal sealed class RotationPlanner(Lifetimes lifetimes)
{
    // A bundle that grew without end would be refused one day.
    private const int MostBeside = 4;

    public Step Next(Situation situation, DateTimeOffset now)
    {
        var known = Known(situation, now);
        var signer = situation.Bundle.FirstOrDefault(authority => authority.Id == situation.Signer);
        var leaf = Valid(situation.Leaf, now);
        var isTrusted = leaf is not null && known.Any(authority => authority.Id == leaf.Issuer);
        // Whom the API server trusts may yet be read: then it is not known that nothing is left to lose.
        var mayBeTrusted = isTrusted || (leaf is not null && situation.Publication is null);

        if (signer is null || !signer.Validity.Covers(now))
        {
            return mayBeTrusted && situation.Publication is null ? new Step.Wait() : new Step.MakeAuthority(Beside(known, leaf));
        }

        if (!isTrusted || leaf is null)
        {
            return mayBeTrusted ? new Step.Wait() : new Step.IssueLeaf();
        }

        if (leaf.Issuer == signer.Id && (IsToRenew(leaf.Validity, signer.Validity, now) || !leaf.HasNames))
        {
            // Whoever trusts the one trusts the other: it waits for nobody.
            return new Step.IssueLeaf();
        }

        return now >= signer.Validity.DueAt && situation.Publication is not null
            ? new Step.MakeAuthority(Beside(known, leaf))
            : NextOfTrusted(situation, signer, leaf, now);
    }

    private Step NextOfTrusted(Situation situation, AuthorityFacts signer, LeafFacts leaf, DateTimeOffset now)
    {
        if (situation.Bundle.All(authority => authority.Id != leaf.Issuer))
        {
            return new Step.SetBundle([leaf.Issuer, .. situation.Bundle.Select(authority => authority.Id)]);
        }

        if (!leaf.IsKept || IsToCome(situation.LeafSince, now))
        {
            return new Step.Note(situation.PublishedSince, now);
        }

        switch (situation.Publication)
        {
            case null:
                return new Step.Wait();
            case { IsBundle: false } when situation.PublishedSince is not null:
                return new Step.Note(null, situation.LeafSince);
            case { IsBundle: false }:
                return new Step.Publish();
            case { IsBundle: true } when IsToCome(situation.PublishedSince, now):
                return new Step.Note(now, situation.LeafSince);
        }

        return !HasSettled(situation.PublishedSince, now) ? new Step.Wait()
            : leaf.Issuer != signer.Id ? new Step.IssueLeaf()
            : situation.Bundle.Length > 1 && HasSettled(situation.LeafSince, now) ? new Step.SetBundle([signer.Id])
            : new Step.Wait();
    }

    // Earlier where the authority is to be changed: from then on nobody can renew it until the new authority is published.
    // Never where another would last no longer.
    private static bool IsToRenew(Validity leaf, Validity signer, DateTimeOffset now) =>
        leaf.Until < signer.Until && now >= (now >= signer.DueAt ? leaf.From + ((leaf.Until - leaf.From) / 3) : leaf.DueAt);

    private static LeafFacts? Valid(LeafFacts? leaf, DateTimeOffset now) => leaf?.Validity.Covers(now) is true ? leaf : null;

    // A time to come is another clock's, or a hand's: it counts from now.
    private static bool IsToCome(DateTimeOffset? since, DateTimeOffset now) => since is null || since > now;

    private bool HasSettled(DateTimeOffset? since, DateTimeOffset now) => now >= since + lifetimes.Settle;

    private static ImmutableArray<AuthorityFacts> Known(Situation situation, DateTimeOffset now) =>
    [
        .. situation.Bundle.Concat(situation.Publication?.Authorities ?? [])
            .Where(authority => authority.Validity.Covers(now))
            .DistinctBy(authority => authority.Id, StringComparer.Ordinal),
    ];

    // Replicas may still serve by any of them, but by the leaf's own most of all.
    private static ImmutableArray<string> Beside(ImmutableArray<AuthorityFacts> known, LeafFacts? leaf) =>
    [
        .. known.OrderByDescending(authority => authority.Id == leaf?.Issuer).ThenByDescending(authority => authority.Validity.Until).Take(MostBeside).Select(authority => authority.Id),
    ];
}
