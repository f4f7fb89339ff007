using System.Diagnostics;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Kubernetes.Telemetry;
using AdmissionGuard.Server.Admission.Reviews;

namespace AdmissionGuard.Server.Admission;

/// <summary>
/// Adds the result of the review to the request's span, if one is recorded. It uses the same fixed values as the metrics.
/// </summary>
internal static class ReviewTrace
{
    public static void Tag(AdmissionPhase phase, AdmissionAnswer answer)
    {
        if (Activity.Current is { Recorded: true } span)
        {
            span.SetTag(Tags.Endpoint.SpanAttribute, ReviewTagValues.Endpoint(phase));
            span.SetTag(Tags.ReviewOutcome.SpanAttribute, ReviewTagValues.Outcome(answer));
            span.SetTag(Tags.Transition.SpanAttribute, ReviewTagValues.Transition(answer.Verdict.Transition.Kind));
        }
    }
}
