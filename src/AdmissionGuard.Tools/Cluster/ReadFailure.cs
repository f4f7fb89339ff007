using AdmissionGuard.Core;

namespace AdmissionGuard.Tools.Cluster;

/// <summary>Says why an object could not be read, to who runs the command.</summary>
internal static class ReadFailure
{
    public static string WhyOf(ApiFailure failure) => failure switch
    {
        { Kind: ApiFailureKind.Answered, Status: 403 } => "not permitted (403)",
        { Kind: ApiFailureKind.Answered, Status: 401 } => "the API server does not accept your credentials (401)",
        _ => ApiFailureText.ForOperator(failure),
    };
}
