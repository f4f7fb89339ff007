using System.Collections.Immutable;

namespace AdmissionGuard.Core.Decisions;

/// <summary>Who asks, as the API server authenticated (or impersonated) them.</summary>
/// <param name="Name">The user name.</param>
/// <param name="Uid">The user's UID; often empty.</param>
/// <param name="Groups">The groups.</param>
/// <param name="Extra">What else the authenticator said; access reviews pass it on.</param>
public sealed record Requester(
    string Name,
    string Uid,
    ImmutableArray<string> Groups,
    ImmutableArray<KeyValuePair<string, ImmutableArray<string>>> Extra)
{
    /// <summary>How large a user is that an access review is one look-up for, in characters.</summary>
    private const int Ordinary = 4096;

    /// <summary>All of it, in characters.</summary>
    public int Size => Name.Length + Uid.Length + Groups.Sum(group => group.Length) + Extra.Sum(pair => pair.Key.Length + pair.Value.Sum(value => value.Length));

    /// <summary>For how many look-ups an access review of this user counts: each carries all of the user, which may be a megabyte.</summary>
    public int Weight => 1 + (Size / Ordinary);
}
