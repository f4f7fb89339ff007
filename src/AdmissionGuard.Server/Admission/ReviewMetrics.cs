using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Server.Admission.Reviews;
using AdmissionGuard.Server.Limits;
using AdmissionGuard.Server.Telemetry;

namespace AdmissionGuard.Server.Admission;

/// <summary>Counts and times reviews. Every label has a fixed set of values, which users can't extend.</summary>
internal sealed class ReviewMetrics
{
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _unanswerable;
    private readonly Counter<long> _rules;
    private readonly Counter<long> _shed;

    public ReviewMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Instruments.MeterName);
        _duration = meter.CreateHistogram(
            "admissionguard.review.duration",
            "s",
            "Duration of reviews, from the first byte of the request to the response.",
            tags: null,
            new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [
                    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
                ],
            });
        _unanswerable = meter.CreateCounter<long>(
            "admissionguard.reviews.unanswerable",
            "{review}",
            "Requests that are not a valid AdmissionReview or failed, by HTTP status code.");
        _rules = meter.CreateCounter<long>(
            "admissionguard.rules",
            "{request}",
            "Requests that broke a rule: they were refused, warned about, or admitted by an override. Dry runs are not counted.");
        _shed = meter.CreateCounter<long>(
            "admissionguard.reviews.shed",
            "{review}",
            "Reviews that were answered with 429 and Retry-After, because too many lookups were in progress or the memory for request "
                + "bodies was used up; the API server retries them.");
        foreach (var phase in Enum.GetValues<AdmissionPhase>())
        {
            // From the start, so that the first increase is visible.
            AddShed(0, phase, ShedReason.LookUps);
            AddShed(0, phase, ShedReason.Memory);
        }
    }

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

    private void CountRules(ImmutableArray<string> rules, string outcome)
    {
        foreach (var rule in rules)
        {
            _rules.Add(1, new("rule", rule), new("outcome", outcome));
        }
    }

    private void RecordDuration(AdmissionPhase phase, Outcome outcome, TimeSpan duration) => _duration.Record(
        duration.TotalSeconds,
        new("endpoint", TelemetryTags.Endpoint(phase)),
        new("operation", TelemetryTags.Operation(outcome.Review.Operation)),
        new("transition", outcome.Answer.Verdict.Transition.Kind.ToString()),
        new("outcome", TelemetryTags.Outcome(outcome.Answer)),
        new("code", outcome.Answer.Code),
        new("reason", outcome.Answer.Reason));

    public void RecordShed(AdmissionPhase phase, ShedReason why) => AddShed(1, phase, why);

    public void RecordUnanswerable(AdmissionPhase phase, int code) =>
        _unanswerable.Add(1, new("endpoint", TelemetryTags.Endpoint(phase)), new("code", code));

    private void AddShed(long count, AdmissionPhase phase, ShedReason why) =>
        _shed.Add(count, new("endpoint", TelemetryTags.Endpoint(phase)), new("why", why is ShedReason.Memory ? "memory" : "lookups"));
}
