using System.Collections;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Server.Admission.Reviews;

namespace AdmissionGuard.Server.Admission;

/// <summary>
/// The log line of a decision. Its fields contain the plain values. Its text quotes user-controlled values, so that they can't imitate a
/// field.
/// </summary>
internal sealed class DecisionLogEntry : IReadOnlyList<KeyValuePair<string, object?>>
{
    /// <summary>Its number among the log's events.</summary>
    public static readonly EventId Event = new(20, "Decided");

    private const int MaxWords = 1024;

    private const string Format =
        "{Phase}: {Outcome} {Code} {Uid} operation={Operation} subresource={SubResource} configuration={Generation} "
            + "namespace={NamespaceName} user={User} "
        + "transition={Transition} from={From} to={To} reason={Reason} override={OverrideReason} rules={Rules} words={Words}";

    private static readonly JavaScriptEncoder Escapes = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private readonly KeyValuePair<string, object?>[] _fields;

    private DecisionLogEntry(KeyValuePair<string, object?>[] fields) => _fields = fields;

    /// <inheritdoc />
    public int Count => _fields.Length;

    /// <inheritdoc />
    public KeyValuePair<string, object?> this[int index] => _fields[index];

    /// <summary>The fields for an auditor; every text is bounded.</summary>
    public static DecisionLogEntry Of(AdmissionPhase phase, Outcome outcome, long generation)
    {
        var (review, answer) = outcome;
        var verdict = answer.Verdict;
        var (word, rules, words) = verdict switch
        {
            Verdict.Deny deny => ("denied", deny.Rules, deny.Message),
            Verdict.Allow { Tolerated.Length: > 0 } allow => ("tolerated", [], allow.Tolerated),
            Verdict.Allow { Overridden: not [] } allow => ("overridden", allow.Overridden.AddRange(allow.Warned), ""),
            Verdict.Allow allow => ("allowed", allow.Warned, ""),
            _ => ("", [], ""),
        };
        return new DecisionLogEntry(
        [
            new("Phase", phase.ToString()),
            new("Outcome", word),
            new("Code", answer.Code),
            new("Uid", MessageText.Name(review.Uid.Read(review.Bytes))),
            new("Operation", ReviewTagValues.Operation(review.Operation)),
            new("SubResource", ReviewTagValues.SubResource(review.SubResource.Read(review.Bytes))),
            new("Generation", generation),
            new("NamespaceName", MessageText.Name(review.Name.Read(review.Bytes))),
            new("User", MessageText.User(review.User.Read(review.Bytes))),
            new("Transition", verdict.Transition.Kind.ToString()),
            new("From", string.Join(',', verdict.Transition.Released.Take(4).Select(MessageText.Name))),
            new("To", MessageText.Name(verdict.Transition.Target ?? "")),
            new("Reason", MessageText.Sentence(verdict.ChangeReason.Reason)),
            new("OverrideReason", MessageText.Sentence(verdict.ChangeReason.Override)),
            new("Rules", string.Join(',', rules)),
            new("Words", MessageText.Cut(words, MaxWords)),
            new("{OriginalFormat}", Format),
        ]);
    }

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() =>
        ((IEnumerable<KeyValuePair<string, object?>>)_fields).GetEnumerator();

    /// <inheritdoc />
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The line's text.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{this["Phase"]}: {this["Outcome"]} {this["Code"]} {Quoted("Uid")} operation={this["Operation"]} "
            + $"subresource={this["SubResource"]} configuration={this["Generation"]} "
        + $"namespace={Quoted("NamespaceName")} user={Quoted("User")} transition={this["Transition"]} from={Quoted("From")} "
        + $"to={Quoted("To")} "
        + $"reason={Quoted("Reason")} override={Quoted("OverrideReason")} rules={this["Rules"]} words={Quoted("Words")}");

    private object? this[string name] => Array.Find(_fields, field => field.Key == name).Value;

    private string Quoted(string name) => $"\"{JsonEncodedText.Encode((string)this[name]!, Escapes)}\"";
}
