using System.Collections.Immutable;

namespace AdmissionGuard.Server.Certificates.SelfManaged;

/// <summary>
/// Decides the next step of the certificates' life. A client that trusts the published bundle can always verify the stored serving
/// certificate.
/// </summary>
/// <param name="lifetimes">How long certificates live.</param>
internal sealed class RotationPlanner(Lifetimes lifetimes)
{
    // An unbounded bundle would eventually be refused.
    private const int MaxOthers = 4;

    public RotationAction Next(RotationState state, DateTimeOffset now)
    {
        var known = Known(state, now);
        var signer = state.Bundle.FirstOrDefault(authority => authority.Id == state.Signer);
        var leaf = Valid(state.Leaf, now);
        var isTrusted = leaf is not null && known.Any(authority => authority.Id == leaf.Issuer);
        // The bundles that the API server trusts may not have been read yet.
        var mayBeTrusted = isTrusted || (leaf is not null && state.Publication is null);

        if (signer is null || !signer.Validity.Covers(now))
        {
            return mayBeTrusted && state.Publication is null
                ? new RotationAction.Wait()
                : new RotationAction.MakeAuthority(OthersToPublish(known, leaf));
        }

        if (!isTrusted || leaf is null)
        {
            return mayBeTrusted ? new RotationAction.Wait() : new RotationAction.IssueLeaf();
        }

        if (leaf.Issuer == signer.Id && (IsToRenew(leaf.Validity, signer.Validity, now) || !leaf.HasNames))
        {
            // Clients that trust one trust the other, so no wait is needed.
            return new RotationAction.IssueLeaf();
        }

        return now >= signer.Validity.DueAt && state.Publication is not null
            ? new RotationAction.MakeAuthority(OthersToPublish(known, leaf))
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

    // Earlier if the authority is about to be replaced: from then on it can't be renewed until the new authority is published.
    // Never if a new one would not be valid for longer.
    private static bool IsToRenew(Validity leaf, Validity signer, DateTimeOffset now) =>
        leaf.Until < signer.Until && now >= (now >= signer.DueAt ? leaf.From + ((leaf.Until - leaf.From) / 3) : leaf.DueAt);

    private static LeafFacts? Valid(LeafFacts? leaf, DateTimeOffset now) => leaf?.Validity.Covers(now) is true ? leaf : null;

    // A time in the future comes from another clock or a manual edit: it counts from now.
    private static bool IsToCome(DateTimeOffset? since, DateTimeOffset now) => since is null || since > now;

    private bool HasSettled(DateTimeOffset? since, DateTimeOffset now) => now >= since + lifetimes.Settle;

    private static ImmutableArray<AuthorityFacts> Known(RotationState state, DateTimeOffset now) =>
    [
        .. state.Bundle.Concat(state.Publication?.Authorities ?? [])
            .Where(authority => authority.Validity.Covers(now))
            .DistinctBy(authority => authority.Id, StringComparer.Ordinal),
    ];

    // Replicas may still serve certificates of any of them, most likely of the current certificate's authority.
    private static ImmutableArray<string> OthersToPublish(ImmutableArray<AuthorityFacts> known, LeafFacts? leaf) =>
    [
        .. known.OrderByDescending(authority => authority.Id == leaf?.Issuer)
            .ThenByDescending(authority => authority.Validity.Until)
            .Take(MaxOthers)
            .Select(authority => authority.Id),
    ];
}
