using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes;

namespace AdmissionGuard.Tools.Cluster;

/// <summary>Describes why something could not be read.</summary>
internal static class UnreadText
{
    /// <summary>Why it was not read.</summary>
    /// <param name="reading">A reading that found nothing.</param>
    public static string WhyOf<T>(ReadResult<T> reading) => reading switch
    {
        ReadResult<T>.Failed failed => ApiFailureText.ForReader(failed.Failure),
        ReadResult<T>.NotFound { IsServed: false } => "the API server does not serve this resource",
        _ => "not found",
    };
}
