using System.Collections.Immutable;

namespace AdmissionGuard.Core.Requests;

/// <summary>Who asks, as the API server authenticated (or impersonated) them.</summary>
/// <param name="Name">The user name.</param>
/// <param name="Uid">The user's UID; often empty.</param>
/// <param name="Groups">The groups.</param>
/// <param name="Extra">What else the authenticator said; access reviews pass it on.</param>
public sealed record UserInfo(
    string Name,
    string Uid,
    ImmutableArray<string> Groups,
    ImmutableArray<KeyValuePair<string, ImmutableArray<string>>> Extra)
{
    /// <summary>How large a user is that an access review is one look-up for, in characters.</summary>
    private const int Ordinary = 4096;

    /// <summary>All of it, in characters.</summary>
    public int Size { get; } = Name.Length + Uid.Length + LengthOf(Groups) + LengthOf(Extra);

    /// <summary>For how many look-ups an access review of this user counts: each carries all of the user, which may be a megabyte.</summary>
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

    // Every review comes here: a loop over an immutable array allocates nothing.
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
