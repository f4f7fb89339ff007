using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Kubernetes.Telemetry;
using AdmissionGuard.Server.Admission.Reviews;
using AdmissionGuard.Server.Limits;

namespace AdmissionGuard.Server.Admission;

/// <summary>Counts and times reviews.</summary>
internal sealed class ReviewMetrics(IMeterFactory meters)
{
    private readonly Histogram<double> _duration = Instruments.ReviewDuration.Create(meters);
    private readonly Counter<long> _unanswerable = Instruments.UnanswerableReviews.Create(meters);
    private readonly Counter<long> _rules = Instruments.Rules.Create(meters);
    private readonly Counter<long> _shed = Instruments.ShedReviews.Create(meters);

    public void Record(AdmissionPhase phase, Outcome outcome, TimeSpan duration)
    {
        RecordDuration(phase, outcome, duration);
        if (outcome.Review.IsDryRun)
        {
            return;
        }

        switch (outcome.Answer.Verdict)
        {
            // The request ends with the first refusal of either webhook.
            case Verdict.Deny deny:
                CountRules(deny.Rules, "refused");
                break;

            // The validating webhook decides last, so each request counts once.
            case Verdict.Allow allow when phase is AdmissionPhase.Validating:
                CountRules(allow.Overridden, "lifted");
                CountRules(allow.Warned, "warned");
                break;
        }
    }

    public void RecordShed(AdmissionPhase phase, ShedReason why) =>
        _shed.Add(1, Tags.Endpoint.With(ReviewTagValues.Endpoint(phase)), Tags.ShedReason.With(ReviewTagValues.ShedReason(why)));

    public void RecordUnanswerable(AdmissionPhase phase, int code) =>
        _unanswerable.Add(1, Tags.Endpoint.With(ReviewTagValues.Endpoint(phase)), Tags.ErrorCode.With(code));

    private void CountRules(ImmutableArray<string> rules, string outcome)
    {
        foreach (var rule in rules)
        {
            _rules.Add(1, Tags.Rule.With(ReviewTagValues.Rule(rule)), Tags.RuleOutcome.With(outcome));
        }
    }

    private void RecordDuration(AdmissionPhase phase, Outcome outcome, TimeSpan duration) => _duration.Record(
        duration.TotalSeconds,
        Tags.Endpoint.With(ReviewTagValues.Endpoint(phase)),
        Tags.Operation.With(ReviewTagValues.Operation(outcome.Review.Operation)),
        Tags.Transition.With(ReviewTagValues.Transition(outcome.Answer.Verdict.Transition.Kind)),
        Tags.ReviewOutcome.With(ReviewTagValues.Outcome(outcome.Answer)));
}
