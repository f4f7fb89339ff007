using System.Collections.Immutable;

namespace AdmissionGuard.Server.Certificates.SelfManaged;

/// <summary>An authority, as far as a plan needs to know it.</summary>
/// <param name="Id">Tells it from others.</param>
/// <param name="Validity">When it is valid.</param>
internal sealed record AuthorityFacts(string Id, Validity Validity);

/// <summary>A serving certificate, as far as a plan needs to know it.</summary>
/// <param name="Issuer">The authority that signed it, of those kept or published; empty for any other.</param>
/// <param name="Validity">When it is valid.</param>
/// <param name="HasNames">Whether it is for every name that is wanted.</param>
/// <param name="IsKept">Whether it is in the Secret; else it is the one that this replica serves.</param>
internal sealed record LeafFacts(string Issuer, Validity Validity, bool HasNames = true, bool IsKept = true);

/// <summary>The authorities that the API server trusts.</summary>
/// <param name="IsBundle">Whether that is exactly the bundle that is kept; also where no webhook is registered.</param>
/// <param name="Authorities">Each authority that it trusts.</param>
internal sealed record PublishedBundle(bool IsBundle, ImmutableArray<AuthorityFacts> Authorities);

/// <summary>The state of a certificate rotation.</summary>
/// <param name="Bundle">The authorities to publish.</param>
/// <param name="Signer">The one of them whose key is kept; <see langword="null"/> if none is.</param>
/// <param name="Leaf">The serving certificate; <see langword="null"/> if there is none.</param>
internal sealed record RotationState(ImmutableArray<AuthorityFacts> Bundle, string? Signer, LeafFacts? Leaf)
{
    /// <summary>The authorities that the API server trusts; <see langword="null"/> if that is unknown.</summary>
    public PublishedBundle? Publication { get; init; }

    /// <summary>Since when the bundle is published; <see langword="null"/> if it is not known to be.</summary>
    public DateTimeOffset? PublishedSince { get; init; }

    /// <summary>Since when the serving certificate is kept.</summary>
    public DateTimeOffset? LeafSince { get; init; }
}
