using System.Collections.Immutable;

namespace AdmissionGuard.Core.Requests;

/// <summary>The user who sends the request, as the API server authenticated (or impersonated) them.</summary>
/// <param name="Name">The user name.</param>
/// <param name="Uid">The user's UID; often empty.</param>
/// <param name="Groups">The groups.</param>
/// <param name="Extra">Extra values of the authenticator; access reviews pass them on.</param>
public sealed record UserInfo(
    string Name,
    string Uid,
    ImmutableArray<string> Groups,
    ImmutableArray<KeyValuePair<string, ImmutableArray<string>>> Extra)
{
    /// <summary>The size of a user, in characters, up to which an access review counts as one lookup.</summary>
    private const int Ordinary = 4096;

    /// <summary>The total size, in characters.</summary>
    public int Size { get; } = Name.Length + Uid.Length + LengthOf(Groups) + LengthOf(Extra);

    /// <summary>For how many lookups an access review of this user counts: each contains the whole user, which may be a megabyte.</summary>
    public int Weight => 1 + (Size / Ordinary);

    private static int LengthOf(ImmutableArray<KeyValuePair<string, ImmutableArray<string>>> extra)
    {
        var length = 0;
        foreach (var (key, values) in extra)
        {
            length += key.Length + LengthOf(values);
        }

        return length;
    }

    // This runs for every review: a loop over an immutable array allocates nothing.
    private static int LengthOf(ImmutableArray<string> texts)
    {
        var length = 0;
        foreach (var text in texts)
        {
            length += text.Length;
        }

        return length;
    }
}
