using AdmissionGuard.Core.Completions;
using AdmissionGuard.Core.Decisions;

namespace AdmissionGuard.Server.Admission.Reviews;

/// <summary>The answer to the API server.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Code">The HTTP code of a refusal; 200 for an allow.</param>
/// <param name="Reason">The status reason of a refusal.</param>
internal readonly record struct AdmissionAnswer(Verdict Verdict, int Code, string Reason)
{
    /// <summary>Admitted unmodified.</summary>
    public static AdmissionAnswer Pass { get; } = Of(Verdict.Allow.Unmodified);

    /// <summary>Whether the review is shed, so that the API server sends it again.</summary>
    public bool IsShed => Code is StatusCodes.Status429TooManyRequests;

    public bool IsAllowed => Verdict is Verdict.Allow;

    public Completion Completion => Verdict is Verdict.Allow allow ? allow.Completion : Completion.Nothing;

    public static AdmissionAnswer Of(Verdict verdict) => verdict switch
    {
        Verdict.Deny { Reason: DenyReason.Unavailable } => new(verdict, 503, "ServiceUnavailable"),
        Verdict.Deny { Reason: DenyReason.Forbidden } => new(verdict, 403, "Forbidden"),
        Verdict.Deny { Reason: DenyReason.Invalid } => new(verdict, 422, "Invalid"),
        Verdict.Deny { Reason: DenyReason.Conflict } => new(verdict, 409, "Conflict"),
        Verdict.Deny { Reason: DenyReason.Busy } => new(verdict, StatusCodes.Status429TooManyRequests, "TooManyRequests"),
        _ => new(verdict, 200, "Success"),
    };

    /// <summary>
    /// A review that can be answered, of a request that can't be evaluated: HTTP 200 with a status of 400. A body that is no review gets
    /// HTTP 400 and no answer.
    /// </summary>
    public static AdmissionAnswer BadRequest(string message) => new(new Verdict.Deny(DenyReason.Invalid, message), 400, "BadRequest");
}
