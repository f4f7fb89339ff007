using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Server.Admission.Reviews;

namespace AdmissionGuard.Server.Admission;

/// <summary>
/// The log line of a decision. Its fields contain the plain values, and its text all of them; a field without a value is in neither. The
/// text quotes user-controlled values, so that they can't imitate a field.
/// </summary>
internal sealed class DecisionLogEntry : IReadOnlyList<KeyValuePair<string, object?>>
{
    /// <summary>Its number among the log's events.</summary>
    public static readonly EventId Event = new(20, "Decided");

    private const int MaxWords = 1024;

    private static readonly JavaScriptEncoder Escapes = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private readonly List<KeyValuePair<string, object?>> _fields = [];
    private readonly StringBuilder _text = new();

    private DecisionLogEntry()
    {
    }

    /// <inheritdoc />
    public int Count => _fields.Count;

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
        var entry = new DecisionLogEntry();
        entry.Add("Phase", "", phase.ToString());
        entry._text.Append(':');
        entry.Add("Outcome", " ", word);
        entry.Add("Code", " ", answer.Code);
        entry.AddUsers("Uid", " ", MessageText.Name(review.Uid.Read(review.Bytes)));
        entry.Add("Operation", " operation=", ReviewTagValues.Operation(review.Operation));
        entry.Add("SubResource", " subresource=", ReviewTagValues.SubResource(review.SubResource.Read(review.Bytes)));
        entry.Add("Generation", " configuration=", generation);
        entry.AddUsers("NamespaceName", " namespace=", MessageText.Name(review.Name.Read(review.Bytes)));
        entry.AddUsers("User", " user=", MessageText.User(review.User.Read(review.Bytes)));
        entry.Add("Transition", " transition=", verdict.Transition.Kind.ToString());
        entry.AddUsers("From", " from=", string.Join(',', verdict.Transition.Released.Take(4).Select(MessageText.Name)));
        entry.AddUsers("To", " to=", MessageText.Name(verdict.Transition.Target ?? ""));
        entry.AddUsers("Reason", " reason=", MessageText.Sentence(verdict.ChangeReason.Reason));
        entry.AddUsers("OverrideReason", " override=", MessageText.Sentence(verdict.ChangeReason.Override));
        entry.Add("Rules", " rules=", string.Join(',', rules));
        entry.AddUsers("Words", " words=", MessageText.Cut(words, MaxWords));
        return entry;
    }

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _fields.GetEnumerator();

    /// <inheritdoc />
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The line's text.</summary>
    public override string ToString() => _text.ToString();

    private void Add(string name, string label, object value)
    {
        if (value is not "")
        {
            _fields.Add(new(name, value));
            _text.Append(CultureInfo.InvariantCulture, $"{label}{value}");
        }
    }

    /// <summary>A value that a user controls.</summary>
    private void AddUsers(string name, string label, string value)
    {
        if (value.Length > 0)
        {
            _fields.Add(new(name, value));
            _text.Append(CultureInfo.InvariantCulture, $"{label}\"{JsonEncodedText.Encode(value, Escapes)}\"");
        }
    }
}
