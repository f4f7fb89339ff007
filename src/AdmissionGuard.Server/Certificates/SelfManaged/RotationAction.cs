using System.Collections.Immutable;

namespace AdmissionGuard.Server.Certificates.SelfManaged;

/// <summary>One step of a change of certificates. Never two at once.</summary>
internal abstract record RotationAction
{
    private RotationAction()
    {
    }

    /// <summary>Nothing is to be done now.</summary>
    public sealed record Wait : RotationAction;

    /// <summary>A new authority is made, which signs from now on, and must be published beside others.</summary>
    /// <param name="Others">Those others.</param>
    public sealed record MakeAuthority(ImmutableArray<string> Others) : RotationAction
    {
        /// <inheritdoc />
        public bool Equals(MakeAuthority? other) => other is not null && Others.SequenceEqual(other.Others);

        /// <inheritdoc />
        public override int GetHashCode() => Others.Length;
    }

    /// <summary>A new serving certificate is made by the authority that signs.</summary>
    public sealed record IssueLeaf : RotationAction;

    /// <summary>These authorities must be published from now on.</summary>
    /// <param name="Ids">The authorities.</param>
    public sealed record SetBundle(ImmutableArray<string> Ids) : RotationAction
    {
        /// <inheritdoc />
        public bool Equals(SetBundle? other) => other is not null && Ids.SequenceEqual(other.Ids);

        /// <inheritdoc />
        public override int GetHashCode() => Ids.Length;
    }

    /// <summary>The bundle is published.</summary>
    public sealed record Publish : RotationAction;

    /// <summary>What is known is written down, the serving certificate with it.</summary>
    /// <param name="PublishedSince">Since when the bundle is published.</param>
    /// <param name="LeafSince">Since when the serving certificate is kept.</param>
    public sealed record Note(DateTimeOffset? PublishedSince, DateTimeOffset? LeafSince) : RotationAction;
}
