using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AdmissionGuard.Checking.Cases;

namespace AdmissionGuard.Checking.Output;

/// <summary>Tells what came of the requests and cases.</summary>
internal static class Report
{
    /// <summary>Whether a case is as expected, or a request alone allowed.</summary>
    public static bool IsGood(Finding finding)
    {
        if (finding.Case.Expectation is not { } expectation)
        {
            return finding.Result.IsAllowed;
        }

        var (expected, actual) = expectation.Compare(finding);
        return JsonNode.DeepEquals(expected, actual);
    }

    public static async Task WriteAsync(IReadOnlyList<Finding> findings, OutputFormat format, Terminal terminal)
    {
        var lines = format switch
        {
            OutputFormat.Json => [Json(ResultObject.Of(findings))],
            OutputFormat.Yaml => [YamlText.Of(ResultObject.Of(findings)).TrimEnd('\n')],
            _ when findings is [] => ["the configuration is valid"],
            _ when findings is [{ Case.Expectation: null } only] => RequestReport.Lines(only, terminal),
            _ => CaseReport.Lines(findings, terminal),
        };
        foreach (var line in lines)
        {
            await terminal.Output.WriteLineAsync(line);
        }
    }

    public static string Json(JsonObject result)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            result.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
