using System.Diagnostics;
using System.Globalization;
using AdmissionGuard.Core.Requests;
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
            span.SetTag("admissionguard.endpoint", TelemetryTags.Endpoint(phase));
            span.SetTag("admissionguard.outcome", TelemetryTags.Outcome(answer));
            span.SetTag("admissionguard.code", answer.Code.ToString(CultureInfo.InvariantCulture));
            span.SetTag("admissionguard.transition", answer.Verdict.Transition.Kind.ToString());
        }
    }
}
