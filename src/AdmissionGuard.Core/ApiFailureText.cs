namespace AdmissionGuard.Core;

/// <summary>Puts failures of the API server into words: the one place that does.</summary>
public static class ApiFailureText
{
    private const string ApiServer = "the API server";

    /// <summary>For the guard's users, and its log: without the API server's address and the causes.</summary>
    /// <param name="failure">The failure.</param>
    /// <returns>A few words.</returns>
    public static string ForUser(ApiFailure failure) => failure.Kind switch
    {
        // Another attempt could change these; all others are about the guard's own permissions and credentials.
        ApiFailureKind.Answered when failure.Status is not (429 or >= 500) => $"{Answered(failure)} to the guard",
        ApiFailureKind.Credentials => "the guard's credentials can't be used",
        _ => Words(failure, ApiServer, ""),
    };

    /// <summary>For who runs a command: with the API server's address and the cause.</summary>
    /// <param name="failure">The failure.</param>
    /// <returns>A few words.</returns>
    public static string ForOperator(ApiFailure failure) =>
        failure.Kind is ApiFailureKind.Credentials && failure.Cause.Length > 0
            ? failure.Cause
            : Words(failure, failure.Server.Length > 0 ? failure.Server : ApiServer, failure.Cause.Length > 0 ? $": {failure.Cause}" : "");

    private static string Words(ApiFailure failure, string server, string cause) => failure.Kind switch
    {
        ApiFailureKind.Answered => Answered(failure),
        ApiFailureKind.Unreachable => $"{server} can't be reached{cause}",
        ApiFailureKind.CircuitOpen => $"{server} can't be reached",
        ApiFailureKind.TimedOut => $"{server} did not answer in time",
        ApiFailureKind.Unreadable => "the API server's answer can't be read",
        ApiFailureKind.TooLarge => $"the API server's answer is longer than {failure.Detail}",
        ApiFailureKind.Credentials => "the credentials can't be used",
        ApiFailureKind.OtherObject => "the API server answered with another object",
        ApiFailureKind.UnnamedNotFound => "the API server answered 404 without naming the tenant",
        ApiFailureKind.Undecided => "the authorizer could not decide",
        ApiFailureKind.Conflict => "somebody else wrote it since it was read",
        _ => $"the call failed ({failure.Detail})",
    };

    private static string Answered(ApiFailure failure) => $"{ApiServer} answered {failure.Status}";
}
