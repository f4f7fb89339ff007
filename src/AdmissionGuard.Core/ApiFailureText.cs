namespace AdmissionGuard.Core;

/// <summary>Describes failures of the API server. No other place does.</summary>
public static class ApiFailureText
{
    private const string ApiServer = "the API server";

    /// <summary>The description for the guard's users and its log: without the API server's address and the cause.</summary>
    /// <param name="failure">The failure.</param>
    /// <returns>A short description.</returns>
    public static string ForUser(ApiFailure failure) => failure.Kind switch
    {
        // Another attempt could change these; all others are about the guard's own permissions and credentials.
        ApiFailureKind.Answered when failure.Status is not (429 or >= 500) => $"{Answered(failure)} to the guard",
        ApiFailureKind.Credentials => "the guard's credentials are invalid",
        _ => Words(failure, ApiServer, ""),
    };

    /// <summary>The description for the user of a command: with the API server's address and the cause.</summary>
    /// <param name="failure">The failure.</param>
    /// <returns>A short description.</returns>
    public static string ForOperator(ApiFailure failure) => failure switch
    {
        { Kind: ApiFailureKind.Credentials, Cause.Length: > 0 } => failure.Cause,
        { Kind: ApiFailureKind.TimedOut, Unanswered.Length: > 0 } => $"{ServerOf(failure)} did not answer {failure.Unanswered}",
        _ => Words(failure, ServerOf(failure), failure.Cause.Length > 0 ? $": {failure.Cause}" : ""),
    };

    /// <summary>
    /// The description for the user of a command that reads an object: the permissions and the credentials are the user's own.
    /// </summary>
    /// <param name="failure">The failure.</param>
    /// <returns>A short description.</returns>
    public static string ForReader(ApiFailure failure) => failure switch
    {
        { Kind: ApiFailureKind.Answered, Status: 403 } => "permission denied (403)",
        { Kind: ApiFailureKind.Answered, Status: 401 } => "the API server does not accept your credentials (401)",
        _ => ForOperator(failure),
    };

    private static string Words(ApiFailure failure, string server, string cause) => failure.Kind switch
    {
        ApiFailureKind.Answered => Answered(failure),
        ApiFailureKind.Unreachable => $"{server} is unreachable{cause}",
        ApiFailureKind.CircuitOpen => $"{server} is unreachable",
        ApiFailureKind.TimedOut => $"{server} did not answer in time",
        ApiFailureKind.Unreadable => "the API server's response is invalid",
        ApiFailureKind.TooLarge => $"the API server's response is longer than {failure.Detail}",
        ApiFailureKind.Credentials => "the credentials are invalid",
        ApiFailureKind.OtherObject => "the API server returned an unexpected object",
        ApiFailureKind.UnnamedNotFound => "the API server answered 404 without naming the tenant",
        ApiFailureKind.Undecided => "the authorizer could not decide",
        ApiFailureKind.Conflict => "it was changed since it was read",
        _ => $"the call failed ({failure.Detail})",
    };

    private static string ServerOf(ApiFailure failure) => failure.Server.Length > 0 ? failure.Server : ApiServer;

    private static string Answered(ApiFailure failure) => $"{ApiServer} answered {failure.Status}";
}
