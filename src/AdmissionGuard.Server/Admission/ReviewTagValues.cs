using System.Text.Json;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Transitions;
using AdmissionGuard.Server.Admission.Reviews;
using AdmissionGuard.Server.Limits;

namespace AdmissionGuard.Server.Admission;

/// <summary>The values of the tags of reviews, in metrics, traces and logs.</summary>
internal static class ReviewTagValues
{
    public static string Endpoint(AdmissionPhase phase) => phase is AdmissionPhase.Mutating ? "mutate" : "validate";

    public static string Operation(Operation operation) => operation switch
    {
        Reviews.Operation.Create => "create",
        Reviews.Operation.Update => "update",
        Reviews.Operation.Delete => "delete",
        _ => "other",
    };

    public static string SubResource(string subResource) => subResource is "" or "status" or "finalize" ? subResource : "other";

    public static string ShedReason(ShedReason reason) => reason is Limits.ShedReason.Memory ? "memory" : "lookups";

    public static string Outcome(AdmissionAnswer answer) => answer switch
    {
        { Verdict: Verdict.Allow { Tolerated.Length: > 0 } } => "tolerate",
        { Completion.IsEmpty: false } => "complete",
        { IsAllowed: true } => "allow",
        { IsShed: true } => "shed",
        { Code: StatusCodes.Status400BadRequest } => "bad-request",
        { Code: StatusCodes.Status403Forbidden } => "forbidden",
        { Code: StatusCodes.Status409Conflict } => "conflict",
        { Code: StatusCodes.Status422UnprocessableEntity } => "invalid",
        _ => "unavailable",
    };

    public static string Transition(TransitionKind kind) => kind switch
    {
        TransitionKind.Unchanged => "unchanged",
        TransitionKind.Adopt => "adopt",
        TransitionKind.Migrate => "migrate",
        TransitionKind.Release => "release",
        TransitionKind.Repair => "repair",
        _ => "contradictory",
    };

    /// <summary>A rule's name in lower case: <c>source-cordoned</c> for <c>sourceCordoned</c>.</summary>
    public static string Rule(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);
}
