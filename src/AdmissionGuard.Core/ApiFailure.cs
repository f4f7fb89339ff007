namespace AdmissionGuard.Core;

/// <summary>The kinds of failed calls to the API server.</summary>
public enum ApiFailureKind
{
    /// <summary>None of the others: a bug in the guard.</summary>
    Unexpected,

    /// <summary>The API server answered with an unexpected status code.</summary>
    Answered,

    /// <summary>The API server could not be reached, or the connection broke.</summary>
    Unreachable,

    /// <summary>The API server did not answer in time.</summary>
    TimedOut,

    /// <summary>The circuit breaker is open: calls fail immediately.</summary>
    CircuitOpen,

    /// <summary>The response is not valid JSON of the expected type.</summary>
    Unreadable,

    /// <summary>The response is too long.</summary>
    TooLarge,

    /// <summary>The credentials are invalid.</summary>
    Credentials,

    /// <summary>The response contains another object than the requested one.</summary>
    OtherObject,

    /// <summary>
    /// The response is a 404 that does not name the object. It may come from a proxy, and does not show that the object does not exist.
    /// </summary>
    UnnamedNotFound,

    /// <summary>The authorizer neither allowed nor denied.</summary>
    Undecided,

    /// <summary>Another client changed the object after it was read.</summary>
    Conflict,
}

/// <summary>Why a call to the API server failed; <see cref="ApiFailureText"/> describes it.</summary>
/// <param name="Kind">The kind of failure.</param>
/// <param name="Status">The HTTP status code of the response; 0 if there was none.</param>
public sealed record ApiFailure(ApiFailureKind Kind, int Status = 0)
{
    /// <summary>A detail that is safe for every reader: the maximum length of a response, or the type of an unexpected exception.</summary>
    public string Detail { get; init; } = "";

    /// <summary>The API server with its address. Only the user of the program may see it.</summary>
    public string Server { get; init; } = "";

    /// <summary>The cause, as the system reports it. Only the user of the program may see it.</summary>
    public string Cause { get; init; } = "";

    /// <summary>
    /// What was not answered within which time, as in "GET /version within 30s". Only the user of the program may see it; empty if there
    /// is no limit that this user chose.
    /// </summary>
    public string Unanswered { get; init; } = "";

    /// <summary>The API server answered with an unexpected status code.</summary>
    /// <param name="status">The status code.</param>
    /// <returns>The failure.</returns>
    public static ApiFailure Answered(int status) => new(ApiFailureKind.Answered, status);
}
