using System.Net.Http.Headers;

namespace AdmissionGuard.Kubernetes.Credentials;

/// <summary>The <c>Authorization</c> header of a token.</summary>
internal static class BearerToken
{
    /// <exception cref="ConnectionSourceException">A header can't hold the token. The message does not quote it.</exception>
    public static AuthenticationHeaderValue Header(string token) => token.All(c => c is >= ' ' and < '\x7f')
        ? new AuthenticationHeaderValue("Bearer", token)
        : throw new ConnectionSourceException("the token contains characters that are invalid in a header");
}
