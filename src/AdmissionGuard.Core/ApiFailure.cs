namespace AdmissionGuard.Core;

/// <summary>The ways in which the API server can fail to answer a question.</summary>
public enum ApiFailureKind
{
    /// <summary>It is none of the others: a fault of ours.</summary>
    Unexpected,

    /// <summary>The API server answered with a status code that says nothing about the object.</summary>
    Answered,

    /// <summary>The API server was not reached, or the connection broke.</summary>
    Unreachable,

    /// <summary>The API server did not answer in time.</summary>
    TimedOut,

    /// <summary>Calls fail at once for now.</summary>
    CircuitOpen,

    /// <summary>The answer is not the JSON that it should be.</summary>
    Unreadable,

    /// <summary>The answer is too long.</summary>
    TooLarge,

    /// <summary>The credentials can't be used.</summary>
    Credentials,

    /// <summary>The answer is another object than the one that was asked for.</summary>
    OtherObject,

    /// <summary>The answer is a 404 that does not name the object, as a proxy's would be: it says nothing about the object.</summary>
    UnnamedNotFound,

    /// <summary>The authorizer neither allowed nor denied.</summary>
    Undecided,

    /// <summary>Somebody else wrote the object since it was read.</summary>
    Conflict,
}

/// <summary>Why the API server did not answer a question, as data; <see cref="ApiFailureText"/> puts it into words.</summary>
/// <param name="Kind">In which way.</param>
/// <param name="Status">The HTTP status code of the answer; 0 where there was none.</param>
public sealed record ApiFailure(ApiFailureKind Kind, int Status = 0)
{
    /// <summary>What everybody may be told: the most that is read of an answer, or the type of an unexpected exception.</summary>
    public string Detail { get; init; } = "";

    /// <summary>The API server by its address. Only who runs the program is told it.</summary>
    public string Server { get; init; } = "";

    /// <summary>What is behind the failure, in the words of the system. Only who runs the program is told it.</summary>
    public string Cause { get; init; } = "";

    /// <summary>The API server answered with a status code that says nothing about the object.</summary>
    /// <param name="status">The status code.</param>
    /// <returns>The failure.</returns>
    public static ApiFailure Answered(int status) => new(ApiFailureKind.Answered, status);
}
