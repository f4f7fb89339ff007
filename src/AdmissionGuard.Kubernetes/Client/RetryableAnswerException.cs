using System.Net;
using System.Net.Http.Headers;

namespace AdmissionGuard.Kubernetes.Client;

/// <summary>The API server answered with a code that another attempt could change.</summary>
/// <param name="code">The code.</param>
/// <param name="retryAfter">When it wants to be asked again; <see langword="null"/> if it does not say.</param>
internal sealed class RetryableAnswerException(HttpStatusCode code, RetryConditionHeaderValue? retryAfter)
    : HttpRequestException($"the API server answered {(int)code}", inner: null, code)
{
    public RetryConditionHeaderValue? RetryAfter => retryAfter;
}
