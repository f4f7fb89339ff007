using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Checking.Cases;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Tools.Checking.Output;

/// <summary>Reports the results of requests and cases.</summary>
internal static class CheckReport
{
    /// <summary>Whether a case is as expected, or a request alone allowed.</summary>
    public static bool IsGood(CaseResult finding)
    {
        if (finding.Case.Expectation is not { } expectation)
        {
            return finding.Result.IsAllowed;
        }

        var (expected, actual) = expectation.Compare(finding);
        return JsonNode.DeepEquals(expected, actual);
    }

    public static void Write(IReadOnlyList<CaseResult> findings, OutputFormat format, Terminal terminal) => terminal.Write(format switch
    {
        OutputFormat.Table when findings is [] => ["the configuration is valid"],
        OutputFormat.Table when findings is [{ Case.Expectation: null } only] => CheckRequestReport.Lines(only),
        OutputFormat.Table => CaseReport.Lines(findings),
        _ => Lines(CheckResultSerializer.Of(findings), format),
    });

    /// <summary>An object as JSON or YAML, line by line.</summary>
    public static IEnumerable<StyledLine> Lines(JsonObject result, OutputFormat format) =>
        (format is OutputFormat.Json ? Json(result) : YamlWriter.Of(result).TrimEnd('\n')).Split('\n').Select(line => (StyledLine)line);

    private static string Json(JsonObject result)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(
            bytes, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            result.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
