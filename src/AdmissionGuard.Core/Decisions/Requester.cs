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
    ImmutableArray<KeyValuePair<string, ImmutableArray<string>>> Extra);
