using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Transitions;
using AdmissionGuard.Tools.Manifests;

namespace AdmissionGuard.Tools.Checking.Cases;

/// <summary>What a case expects. Only what is written is checked, and the verdict always is.</summary>
internal sealed record CaseExpectation
{
    /// <summary><c>allow</c>, <c>complete</c> or <c>deny</c>.</summary>
    public string Verdict { get; init; } = "";

    public string? Transition { get; init; }

    public int? Code { get; init; }

    /// <summary>What the answer of a refusal contains.</summary>
    public ImmutableArray<string>? Message { get; init; }

    /// <summary>What the refusal that a mode lets pass contains.</summary>
    public ImmutableArray<string>? Tolerated { get; init; }

    /// <summary>What the warnings contain, each in one of them; none at all where this is empty.</summary>
    public ImmutableArray<string>? Warnings { get; init; }

    public bool HasLabel { get; init; }

    /// <summary>The tenant label's value in the end; <see langword="null"/> for no label.</summary>
    public string? Label { get; init; }

    /// <summary>The tenants that the references name in the end, in order.</summary>
    public ImmutableArray<string>? References { get; init; }

    public static CaseExpectation Read(ObjectReader fields)
    {
        var expectation = new CaseExpectation
        {
            Verdict = fields.Word("verdict", "allow", "complete", "deny") ?? "",
            Transition = fields.Word("transition", Enum.GetNames<TransitionKind>()),
            Code = fields.Number("code"),
            Message = fields.Texts("message"),
            Tolerated = fields.Texts("tolerated"),
            Warnings = fields.Texts("warnings"),
            HasLabel = fields.Has("label"),
            Label = fields.Text("label"),
            References = fields.Texts("references"),
        };
        if (fields.Node("verdict") is null)
        {
            fields.AddError("verdict", "is required");
        }

        fields.Close();
        return expectation;
    }

    /// <summary>What was expected and what came, in the same form: equal where the case is as expected.</summary>
    public (JsonObject Expected, JsonObject Actual) Compare(CaseResult found)
    {
        var (expected, actual) = (new JsonObject { ["verdict"] = Verdict }, new JsonObject { ["verdict"] = found.Result.Verdict });
        Set("transition", Transition is not null, Transition, found.Result.Transition.Kind.ToString());
        Set("code", Code is not null, Code, found.Result.Code);
        SetContained("message", Message, [found.Result.Message]);
        SetContained("tolerated", Tolerated, [found.Result.Tolerated]);
        SetContained("warnings", Warnings, found.Result.Warnings);
        Set("label", HasLabel, Label, found.Label);
        Set("references", References is not null, ListOf(References ?? []), ListOf(found.References));
        if (!JsonNode.DeepEquals(expected, actual) && Message is null && found.Result.Message.Length > 0)
        {
            // Show the reason if the result is not as expected.
            actual["message"] = found.Result.Message;
        }

        return (expected, actual);

        void Set(string name, bool isExpected, JsonNode? wanted, JsonNode? got)
        {
            if (isExpected)
            {
                (expected[name], actual[name]) = (wanted, got);
            }
        }

        void SetContained(string name, ImmutableArray<string>? wanted, ImmutableArray<string> got)
        {
            if (wanted is { } parts)
            {
                var isMet = parts is []
                    ? got.All(text => text.Length == 0)
                    : parts.All(part => got.Any(text => text.Contains(part, StringComparison.Ordinal)));
                Set(name, isExpected: true, ListOf(parts), ListOf(isMet ? parts : [.. got.Where(text => text.Length > 0)]));
            }
        }
    }

    private static JsonArray ListOf(ImmutableArray<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
