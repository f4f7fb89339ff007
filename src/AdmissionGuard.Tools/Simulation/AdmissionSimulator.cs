using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Server.Admission.Reviews;

namespace AdmissionGuard.Tools.Simulation;

/// <summary>Sends a review like the API server: to <c>/mutate</c>, and the patched object to <c>/validate</c>.</summary>
internal sealed class AdmissionSimulator
{
    private readonly ReviewHandler _handler;

    public AdmissionSimulator(EngineDependencies dependencies, GuardOptions options) =>
        _handler = new ReviewHandler(new Engine(dependencies, options), options, dependencies.Clock);

    /// <summary>Simulates one review.</summary>
    /// <exception cref="BadReviewException">It can't be answered, or can't be evaluated.</exception>
    public async Task<SimulationResult> RunAsync(JsonObject review, CancellationToken cancellation)
    {
        // What is no request at all is refused by the reader.
        var request = review["request"] as JsonObject;
        var (old, asked) = (request?["oldObject"] as JsonObject, request?["object"] as JsonObject);
        // Only the validator is registered for subresources.
        if (TextOf(request?["subResource"]).Length > 0)
        {
            return SimulationResult.Of(
                (await AskAsync(review, AdmissionPhase.Validating, cancellation)).Answer, "validate", [], old, asked);
        }

        var (received, first) = await AskAsync(review, AdmissionPhase.Mutating, cancellation);
        if (!first.IsAllowed)
        {
            return SimulationResult.Of(first, "mutate", [], old, asked);
        }

        var patch = PatchOf(received, first);
        var completed = patch is [] || asked is null ? asked : JsonPatch.Apply(patch, asked);
        var final = (JsonObject)review.DeepClone();
        if (old is null && completed is not null)
        {
            completed = GeneratedName.Fill(completed);
            if (TextOf(request?["name"]).Length == 0)
            {
                final["request"]!["name"] = completed["metadata"]?["name"]?.DeepClone();
            }
        }

        final["request"]!["object"] = completed?.DeepClone();
        var (_, second) = await AskAsync(final, AdmissionPhase.Validating, cancellation);
        return SimulationResult.Of(second, "validate", patch, old, completed, first.Verdict);
    }

    private static string TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private async Task<Outcome> AskAsync(JsonObject review, AdmissionPhase phase, CancellationToken cancellation)
    {
        var output = new ArrayBufferWriter<byte>();
        var outcome = await _handler.HandleAsync(
            Encoding.UTF8.GetBytes(review.ToJsonString()), output, phase, Deadline.Longest, cancellation);
        return outcome is { Answer: { Code: 400, Verdict: Verdict.Deny unfit } } ? throw new BadReviewException(unfit.Message) : outcome;
    }

    private static JsonArray PatchOf(Review received, AdmissionAnswer answer)
    {
        if (answer.Completion.IsEmpty)
        {
            return [];
        }

        var patch = new ArrayBufferWriter<byte>();
        PatchWriter.Write(patch, answer.Completion, received);
        return (JsonArray)JsonNode.Parse(patch.WrittenSpan)!;
    }
}
