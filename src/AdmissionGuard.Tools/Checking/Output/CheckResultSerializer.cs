using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Checking.Cases;

namespace AdmissionGuard.Tools.Checking.Output;

/// <summary>Results as objects, for <c>-o json</c> and <c>-o yaml</c>. Fields are only ever added.</summary>
internal static class CheckResultSerializer
{
    public static JsonObject Of(IReadOnlyList<CaseResult> findings) => findings is [var only]
        ? Of(only, isWhole: true)
        : new JsonObject
        {
            ["apiVersion"] = CaseReader.ApiVersion,
            ["kind"] = "CheckResultList",
            ["items"] = new JsonArray([.. findings.Select(finding => Of(finding, isWhole: false))]),
            ["passed"] = findings.Count(CheckReport.IsGood),
            ["failed"] = findings.Count(finding => !CheckReport.IsGood(finding)),
        };

    private static JsonObject Of(CaseResult finding, bool isWhole)
    {
        var result = finding.Result;
        var written = isWhole ? new JsonObject { ["apiVersion"] = CaseReader.ApiVersion, ["kind"] = "CheckResult" } : new JsonObject();
        written["name"] = finding.Case.Name;
        written["verdict"] = result.Verdict;
        written["code"] = result.Code;
        written["transition"] = result.Transition.Kind.ToString();
        written["from"] = ListOf(result.Transition.Released);
        written["to"] = result.Transition.Target;
        written["message"] = result.Message;
        written["reasons"] = ListOf(result.Reasons);
        written["warnings"] = ListOf(result.Warnings);
        written["tolerated"] = result.Tolerated;
        written["patch"] = result.Patch.DeepClone();
        written["object"] = Shown(result.After);
        written["madeUpUids"] = ListOf(finding.MadeUp.Select(each => each.Uid));
        if (finding.Case.Expectation is { } expectation)
        {
            var (expected, actual) = expectation.Compare(finding);
            written["description"] = finding.Case.Description;
            written["passed"] = JsonNode.DeepEquals(expected, actual);
            written["expected"] = expected;
            written["actual"] = actual;
        }

        return written;
    }

    /// <summary>A namespace as kubectl shows it: without the book-keeping of who wrote which field.</summary>
    public static JsonObject? Shown(JsonObject? stored)
    {
        var shown = (JsonObject?)stored?.DeepClone();
        if (shown?["metadata"] is JsonObject metadata)
        {
            metadata.Remove("managedFields");
            // The API server stores no empty ones.
            foreach (var (name, _) in metadata.Where(field => field.Value is JsonArray { Count: 0 } or JsonObject { Count: 0 }).ToList())
            {
                metadata.Remove(name);
            }
        }

        return shown;
    }

    private static JsonArray ListOf(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
