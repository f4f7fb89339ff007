using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
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
        { IsShed: true } => "shed",
        { IsAllowed: false } => "deny",
        { Verdict: Verdict.Allow { Tolerated.Length: > 0 } } => "tolerate",
        { Completion.IsEmpty: false } => "complete",
        _ => "allow",
    };
}
