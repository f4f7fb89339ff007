using AdmissionGuard.Core;

namespace AdmissionGuard.Tools.Cluster;

/// <summary>Describes why an object could not be read, for the user of the command.</summary>
internal static class ReadFailure
{
    public static string WhyOf(ApiFailure failure) => failure switch
    {
        { Kind: ApiFailureKind.Answered, Status: 403 } => "permission denied (403)",
        { Kind: ApiFailureKind.Answered, Status: 401 } => "the API server does not accept your credentials (401)",
        _ => ApiFailureText.ForOperator(failure),
    };
}
