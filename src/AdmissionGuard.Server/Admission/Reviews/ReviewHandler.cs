using System.Buffers;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;

namespace AdmissionGuard.Server.Admission.Reviews;

/// <summary>Handles a review, from bytes to bytes.</summary>
internal sealed class ReviewHandler
{
    private readonly ReviewReader _reader;
    private readonly Engine _engine;
    private readonly TimeProvider _time;

    public ReviewHandler(Engine engine, GuardOptions options, TimeProvider time)
    {
        _reader = new ReviewReader(options.Tenant);
        _engine = engine;
        _time = time;
    }

    /// <summary>Answers one review.</summary>
    /// <param name="bytes">The body of the request; must not change until the answer is written.</param>
    /// <param name="output">Where the answer goes; nothing is written if it is <see cref="AdmissionAnswer.IsShed"/>.</param>
    /// <param name="phase">Which webhook was called.</param>
    /// <param name="budget">How long the decision may take.</param>
    /// <param name="caller">Canceled when the caller has disconnected.</param>
    /// <returns>What was answered, for logs and metrics.</returns>
    /// <exception cref="BadReviewException">The body is not a review, has no uid to answer to, or exceeds a limit.</exception>
    public async ValueTask<Outcome> HandleAsync(
        ReadOnlyMemory<byte> bytes, IBufferWriter<byte> output, AdmissionPhase phase, TimeSpan budget, CancellationToken caller)
    {
        var review = _reader.Read(bytes);
        var answer = await AnswerAsync(review, phase, budget, caller);
        if (!answer.IsShed)
        {
            AnswerWriter.Write(output, review, answer);
        }

        return new Outcome(review, answer);
    }

    private async ValueTask<AdmissionAnswer> AnswerAsync(Review review, AdmissionPhase phase, TimeSpan budget, CancellationToken caller)
    {
        if (ErrorIn(review) is { } error)
        {
            return AdmissionAnswer.BadRequest(error);
        }

        // Evaluating a stale object would treat it as a move back, and would hide the conflict that its writer expects.
        if (review.Operation is Operation.Delete || review.LeavesSoundTenancyAlone || (phase is AdmissionPhase.Mutating && review.IsStale))
        {
            return AdmissionAnswer.Pass;
        }

        using var deadline = new Deadline(_time, budget, caller);
        return AdmissionAnswer.Of(await _engine.DecideAsync(review.ToRequest(), phase, deadline));
    }

    private static string? ErrorIn(Review review) => review switch
    {
        { IsNamespace: false } => $"AdmissionGuard reviews only v1 namespaces, not {MessageText.Quote(review.Kind.Read(review.Bytes))}",
        { Operation: Operation.Other } => $"unknown operation {MessageText.Quote(review.OperationText.Read(review.Bytes))}",
        { Operation: Operation.Delete } => null,
        { Object.IsPresent: false } => "request.object has no metadata",
        { Operation: Operation.Update, OldObject.IsPresent: false } => "request.oldObject is missing, or has no metadata, in an UPDATE",
        { User.HasValue: false } => "request.userInfo.username is missing",
        _ => null,
    };
}
