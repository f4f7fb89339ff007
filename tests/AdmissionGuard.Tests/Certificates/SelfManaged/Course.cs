using System.Collections.Immutable;
using AdmissionGuard.Server.Certificates.SelfManaged;
using CsCheck;

namespace AdmissionGuard.Tests.Certificates.SelfManaged;

/// <summary>
/// What happens in a <see cref="ModelWorld"/>, each part drawn on its own, so that a course that fails can be made small.
/// </summary>
/// <param name="Leaf">How long a certificate lasts.</param>
/// <param name="AuthorityLives">How many times as long an authority lasts.</param>
/// <param name="Looks">Of each half period, which replicas look in it though they need not, a bit for each; from the start again after the
/// last.</param>
/// <param name="Delays">Of each publication, how late the API server learns of it, as a part of the time it may take; from the start again
/// after the last.</param>
internal sealed record Course(TimeSpan Leaf, double AuthorityLives, ImmutableArray<byte> Looks, ImmutableArray<double> Delays)
{
    public Lifetimes Lives => new(Leaf, Leaf * AuthorityLives);

    /// <summary>Courses in which an authority lasts for so many certificates.</summary>
    public static Gen<Course> Lasting(double least, double most) => Gen.Select(
        Gen.Int[20, 299],
        Gen.Double[least, most],
        Gen.Byte.Array[1, 64],
        Gen.Double.Unit.Array[1, 8],
        (leaf, authority, looks, delays) => new Course(TimeSpan.FromSeconds(leaf), authority, [.. looks], [.. delays]));
}

/// <summary>Something that is away once.</summary>
/// <param name="What">0 for the leader, 1 for reading the configurations, 2 for writing them.</param>
/// <param name="Pause">How long after the outage before, as a part of a certificate's life.</param>
/// <param name="Length">How long, in the same measure; never for as long as a certificate has left when it is renewed, a settling
/// included.</param>
internal sealed record Outage(int What, double Pause, double Length)
{
    public static Gen<ImmutableArray<Outage>> Several { get; } =
        Gen.Select(Gen.Int[0, 2], Gen.Double.Unit, Gen.Double.Unit, (what, pause, length) => new Outage(what, pause, length / 6))
            .Array[0, 40].Select(all => all.ToImmutableArray());
}

/// <summary>Somebody breaks the Secret.</summary>
/// <param name="Pause">How many half periods after the time before.</param>
/// <param name="What">What is lost: a bit each for the authorities, the key, the certificate and the times.</param>
internal sealed record Breakage(int Pause, int What)
{
    public static Gen<ImmutableArray<Breakage>> Several { get; } =
        Gen.Select(Gen.Int[1, 800], Gen.Int[1, 15], (pause, what) => new Breakage(pause, what)).Array[0, 6].Select(
            all => all.ToImmutableArray());
}
