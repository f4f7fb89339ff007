using System.Diagnostics;
using System.Globalization;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Server.Admission.Reviews;

namespace AdmissionGuard.Server.Admission;

/// <summary>Says in the request's span, where one is recorded, what came of the review: in the words of the metrics, none of them a user's.</summary>
internal static class ReviewTrace
{
    public static void Tag(AdmissionPhase phase, AdmissionAnswer answer)
    {
        if (Activity.Current is { Recorded: true } span)
        {
            span.SetTag("admissionguard.endpoint", TelemetryTags.Endpoint(phase));
            span.SetTag("admissionguard.outcome", TelemetryTags.Outcome(answer));
            span.SetTag("admissionguard.code", answer.Code.ToString(CultureInfo.InvariantCulture));
            span.SetTag("admissionguard.transition", answer.Verdict.Transition.Kind.ToString());
        }
    }
}
