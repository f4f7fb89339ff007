using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Secrets;
using AdmissionGuard.Kubernetes.Webhooks;

namespace AdmissionGuard.Server.Certificates.SelfManaged;

/// <summary>Takes the steps that are planned: the leader's work.</summary>
/// <param name="secret">Where certificates are kept.</param>
/// <param name="webhooks">Where their authority is published.</param>
/// <param name="planner">Plans the steps.</param>
/// <param name="issuer">Makes certificates.</param>
/// <param name="time">The clock.</param>
internal sealed class CertificateReconciler(
    CertificateSecret secret, WebhookConfigurations webhooks, RotationPlanner planner, CertificateIssuer issuer, TimeProvider time)
{
    // From an empty Secret to a published authority it takes five.
    private const int MostSteps = 8;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(4);

    /// <summary>Takes one step after the other, until one is to be waited for or fails.</summary>
    /// <param name="found">The Secret.</param>
    /// <param name="served">What this replica serves, in case the Secret lost it.</param>
    /// <param name="mayGoOn">Whether this replica still leads.</param>
    /// <param name="tell">Is told of each step.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The Secret as it is then, and why a step failed, where one did.</returns>
    public async Task<(StoredSecret Found, string? Failure)> KeepAsync(
        StoredSecret found, CertificatePair? served, Func<bool> mayGoOn, Action<string> tell, CancellationToken cancellation)
    {
        string? failure = null;
        for (var taken = 0; taken < MostSteps && mayGoOn(); taken++)
        {
            var published = await WithinAsync(webhooks.ReadAsync, cancellation);
            failure = published.Failure is { } unread
                ? $"{unread.Resource} {webhooks.Name} can't be read: {ApiFailureText.ForUser(unread.Failure)}"
                : null;
            var trusted = TrustedBy(published);
            var read = CertificateSecretContent.Read(found);
            var kept = Restore(read, served, trusted);
            var step = planner.Next(SituationOf(kept, isKept: ReferenceEquals(kept, read), published, trusted), time.GetUtcNow());
            if (step is RotationAction.Wait)
            {
                return (found, failure);
            }

            if (step is RotationAction.Publish)
            {
                var bundle = CaBundlePem.Write(kept.Bundle);
                var unpublished = await WithinAsync(deadline => webhooks.PublishAsync(published.Webhooks, bundle, deadline), cancellation);
                if (unpublished is not null)
                {
                    return (found, $"{unpublished.Resource} {webhooks.Name}: {ApiFailureText.ForUser(unpublished.Failure)}");
                }

                failure = null;

                tell($"published {kept.Bundle.Length} certificate authorities in the webhook configurations {webhooks.Name}");
                continue;
            }

            var next = Take(step, kept, trusted, tell);
            var written = await WithinAsync(deadline => secret.WriteAsync(found, next.Data(), next.Annotations(), deadline), cancellation);
            if (written is not ReadResult<StoredSecret>.Found { Value: var after })
            {
                // Somebody else was faster: what it is then is looked at the next time.
                return (found, written is ReadResult<StoredSecret>.Failed { Failure: { Kind: not ApiFailureKind.Conflict } why }
                    ? $"Secret {secret.Name} can't be written: {ApiFailureText.ForUser(why)}"
                    : null);
            }

            found = after;
        }

        return (found, failure);
    }

    private CertificateSecretContent Take(
        RotationAction step, CertificateSecretContent kept, ImmutableArray<X509Certificate2> trusted, Action<string> tell)
    {
        var now = time.GetUtcNow();
        switch (step)
        {
            case RotationAction.MakeAuthority make:
                var (authority, key) = issuer.MakeAuthority(now);
                tell(
                    $"created a new certificate authority, valid until {Validity.Of(authority).Until:u}, to be published together with "
                        + $"{make.Others.Length} others");
                return new CertificateSecretContent(
                    [.. Find(make.Others, kept, trusted), authority], authority, key) { Leaf = kept.Leaf, LeafSince = kept.LeafSince };
            case RotationAction.SetBundle set:
                tell($"selected {set.Ids.Length} certificate authorities to publish");
                return kept with { Bundle = Find(set.Ids, kept, trusted), PublishedSince = null };
            case RotationAction.IssueLeaf:
                var (certificate, leafKey) = issuer.IssueLeaf(kept.Signer!, kept.SignerKey!, now);
                var leaf = CertificatePair.Read(certificate, leafKey);
                tell($"issued a serving certificate, valid until {leaf.Validity.Until:u}");
                return kept with { Leaf = leaf, LeafSince = now };
            case RotationAction.Note note:
                return kept with { PublishedSince = note.PublishedSince, LeafSince = note.LeafSince };
            default:
                throw new ArgumentException($"unknown action: {step}", nameof(step));
        }
    }

    // The certificate that this replica serves is used if the stored one is invalid, expired, or signed by an unknown authority.
    private CertificateSecretContent Restore(
        CertificateSecretContent kept, CertificatePair? served, ImmutableArray<X509Certificate2> trusted)
    {
        var now = time.GetUtcNow();
        return served is not null
            && served.Validity.Covers(now)
            && !(kept.Leaf is { } leaf && leaf.Validity.Covers(now) && SignerOf(leaf, kept, trusted) is not null)
            ? kept with { Leaf = served }
            : kept;
    }

    private static X509Certificate2? SignerOf(
        CertificatePair leaf, CertificateSecretContent kept, ImmutableArray<X509Certificate2> trusted) =>
        kept.Bundle.Concat(trusted).FirstOrDefault(authority => CaBundlePem.HasSigned(authority, leaf));

    private RotationState SituationOf(
        CertificateSecretContent kept, bool isKept, WebhookReading published, ImmutableArray<X509Certificate2> trusted)
    {
        var bundle = CaBundlePem.Write(kept.Bundle);
        var leaf = kept.Leaf is null ? null : new LeafFacts(
            SignerOf(kept.Leaf, kept, trusted) is { } signer ? CaBundlePem.IdOf(signer) : "",
            kept.Leaf.Validity,
            issuer.HasNames(kept.Leaf.Certificate),
            IsKept: isKept);
        return new RotationState(
            [.. kept.Bundle.Select(CaBundlePem.FactsOf)], kept.Signer is null ? null : CaBundlePem.IdOf(kept.Signer), leaf)
        {
            Publication = published.Failure is not null ? null
                : new PublishedBundle(
                    published.Webhooks.All(webhook => webhook.Bundle == bundle), [.. trusted.Select(CaBundlePem.FactsOf)]),
            PublishedSince = kept.PublishedSince,
            LeafSince = kept.LeafSince,
        };
    }

    private static ImmutableArray<X509Certificate2> TrustedBy(WebhookReading published) =>
        [
            .. published.Webhooks.Select(webhook => webhook.Bundle)
                .Distinct(StringComparer.Ordinal)
                .SelectMany(bundle => CaBundlePem.TrustedBy(bundle))
                .DistinctBy(CaBundlePem.IdOf, StringComparer.Ordinal),
        ];

    private static ImmutableArray<X509Certificate2> Find(
        ImmutableArray<string> ids, CertificateSecretContent kept, ImmutableArray<X509Certificate2> trusted) =>
        [.. ids.Select(id => kept.Bundle.Concat(trusted).First(authority => CaBundlePem.IdOf(authority) == id))];

    private async Task<T> WithinAsync<T>(Func<Deadline, Task<T>> call, CancellationToken cancellation)
    {
        using var deadline = new Deadline(time, Budget, cancellation);
        return await call(deadline);
    }
}
