using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Checking.Cases;

namespace AdmissionGuard.Tools.Diagnosing.Output;

/// <summary>The results as an object, for <c>-o json</c> and <c>-o yaml</c>. Fields are only ever added.</summary>
internal static class DiagnosisSerializer
{
    public static JsonObject Of(IReadOnlyList<(string Check, CheckResult Diagnosis)> found) => new()
    {
        ["apiVersion"] = CaseReader.ApiVersion,
        ["kind"] = "DoctorResult",
        ["healthy"] = !found.Any(each => each.Diagnosis.Health is CheckStatus.Failed),
        ["ok"] = Count(found, CheckStatus.Ok),
        ["warnings"] = Count(found, CheckStatus.Warning),
        ["failed"] = Count(found, CheckStatus.Failed),
        ["unknown"] = Count(found, CheckStatus.Unknown),
        ["checks"] = new JsonArray([.. found.Select(each => Of(each.Check, each.Diagnosis))]),
    };

    private static JsonObject Of(string check, CheckResult diagnosis) => new()
    {
        ["name"] = check,
        ["status"] = diagnosis.Health switch
        {
            CheckStatus.Ok => "ok",
            CheckStatus.Warning => "warning",
            CheckStatus.Failed => "failed",
            _ => "unknown",
        },
        ["message"] = diagnosis.Message,
        ["fix"] = diagnosis.Remediation is { } remediation
            ? string.Join('\n', remediation.Commands.Prepend(remediation.Message).Where(line => line.Length > 0))
            : "",
        ["commands"] = new JsonArray([.. (diagnosis.Remediation?.Commands ?? []).Select(command => (JsonNode)command)]),
    };

    private static int Count(IReadOnlyList<(string Check, CheckResult Diagnosis)> found, CheckStatus health) =>
        found.Count(each => each.Diagnosis.Health == health);
}
