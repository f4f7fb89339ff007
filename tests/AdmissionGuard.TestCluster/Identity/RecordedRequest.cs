using System.Collections.Immutable;

namespace AdmissionGuard.TestCluster.Identity;

/// <summary>A request as a server received it.</summary>
/// <param name="Path">Its path, without the query.</param>
/// <param name="Identity">Who asked.</param>
/// <param name="ServerName">The name that the client asked for in its TLS handshake; empty for none.</param>
/// <param name="UserAgent">The client program.</param>
public sealed record RecordedRequest(string Path, RecordedIdentity Identity, string ServerName, string UserAgent);

/// <summary>Who asked: everything of a request that says so, sorted.</summary>
/// <param name="Authorization">The <c>Authorization</c> header; empty for none.</param>
/// <param name="Certificate">The subject of the client certificate; empty for none.</param>
/// <param name="Impersonation">The <c>Impersonate-*</c> headers, one entry for each line of the request.</param>
public sealed record RecordedIdentity(string Authorization, string Certificate, ImmutableArray<string> Impersonation)
{
    /// <inheritdoc />
    public override string ToString() => string.Join('\n', [Authorization, Certificate, .. Impersonation]);
}
