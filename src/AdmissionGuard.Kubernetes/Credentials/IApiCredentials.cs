using System.Net.Http.Headers;

namespace AdmissionGuard.Kubernetes.Credentials;

/// <summary>Gives the <c>Authorization</c> header of requests.</summary>
internal interface IApiCredentials
{
    /// <summary>Whether another connection is needed soon: the client certificate is about to expire.</summary>
    bool IsConnectionDue { get; }

    /// <summary>The header of a request that is sent now.</summary>
    /// <param name="cancellation">Ends the wait for it.</param>
    /// <returns>The header; <see langword="null"/> for none.</returns>
    /// <exception cref="ConnectionSourceException">There are no credentials that can be used.</exception>
    ValueTask<AuthenticationHeaderValue?> HeaderAsync(CancellationToken cancellation);

    /// <summary>The API server did not accept a header.</summary>
    /// <param name="rejected">The header.</param>
    /// <returns><see langword="true"/> when the next request may have another.</returns>
    bool Reject(AuthenticationHeaderValue? rejected);

    /// <summary>What failed behind requests that went on with older credentials; told once.</summary>
    /// <returns>The newest failure; <see langword="null"/> if there is none that was not told yet.</returns>
    string? TakeFailure();
}

/// <summary>A header that never changes, or none.</summary>
/// <param name="header">The header.</param>
internal sealed class FixedCredentials(AuthenticationHeaderValue? header) : IApiCredentials
{
    public bool IsConnectionDue => false;

    public ValueTask<AuthenticationHeaderValue?> HeaderAsync(CancellationToken cancellation) => ValueTask.FromResult(header);

    public bool Reject(AuthenticationHeaderValue? rejected) => false;

    public string? TakeFailure() => null;
}
