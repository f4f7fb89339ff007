using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Transitions;
using AdmissionGuard.Server.Admission.Reviews;
using Decided = AdmissionGuard.Core.Decisions.Verdict;

namespace AdmissionGuard.Tools.Simulation;

/// <summary>What both webhooks said of a request, together.</summary>
internal sealed record SimulationResult
{
    /// <summary><c>allow</c>, <c>complete</c> (allowed, with a patch) or <c>deny</c>.</summary>
    public required string Verdict { get; init; }

    public required int Code { get; init; }

    /// <summary>The status reason of a refusal.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The webhook that had the last word: <c>mutate</c> or <c>validate</c>.</summary>
    public required string Webhook { get; init; }

    public required Transition Transition { get; init; }

    /// <summary>The whole answer of a refusal.</summary>
    public string Message { get; init; } = "";

    /// <summary>The permissions that the user lacks, of a refusal or of one that the mode let pass.</summary>
    public ImmutableArray<RequiredPermission> Missing { get; init; } = [];

    /// <summary>Every reason of a refusal by itself.</summary>
    public ImmutableArray<string> Reasons { get; init; } = [];

    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>The refusal that the mode <c>warn</c> or <c>audit</c> let pass; empty for none.</summary>
    public string Tolerated { get; init; } = "";

    public required JsonArray Patch { get; init; }

    /// <summary>The namespace as it is stored; <see langword="null"/> for none.</summary>
    public JsonObject? Before { get; init; }

    /// <summary>The namespace as it would be stored; <see langword="null"/> for none.</summary>
    public JsonObject? After { get; init; }

    public bool IsAllowed => Verdict != "deny";

    public static SimulationResult Of(
        AdmissionAnswer answer, string webhook, JsonArray patch, JsonObject? before, JsonObject? after, Decided? first = null)
    {
        // The mutator saw what was asked; the validator may see nothing but an object as it was before.
        var transition = answer.Verdict.Transition is { Kind: TransitionKind.Unchanged } && first is not null
            ? first.Transition
            : answer.Verdict.Transition;
        return answer.Verdict switch
        {
            Decided.Deny deny => new SimulationResult
            {
                Verdict = "deny",
                Code = answer.Code,
                Reason = answer.Reason,
                Webhook = webhook,
                Transition = transition,
                Message = deny.Message,
                Missing = deny.Missing,
                Reasons = deny.Reasons is [] ? [deny.Message] : deny.Reasons,
                Patch = [],
                Before = before,
                After = before,
            },
            _ => new SimulationResult
            {
                Verdict = patch is [] ? "allow" : "complete",
                Code = answer.Code,
                Webhook = webhook,
                Transition = transition,
                Warnings = [.. WarningsOf(first), .. WarningsOf(answer.Verdict)],
                Missing = answer.Verdict.Missing,
                Tolerated = ((Decided.Allow)answer.Verdict).Tolerated,
                Patch = patch,
                Before = before,
                After = after,
            },
        };
    }

    private static ImmutableArray<string> WarningsOf(Decided? verdict) => verdict is Decided.Allow allow ? allow.Warnings : [];
}
