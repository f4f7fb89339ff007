using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Checking.Cases;

namespace AdmissionGuard.Tools.Diagnosing.Output;

/// <summary>What was found as an object, for <c>-o json</c> and <c>-o yaml</c>. Fields are only ever added.</summary>
internal static class DiagnosisObject
{
    public static JsonObject Of(IReadOnlyList<(string Check, Diagnosis Diagnosis)> found) => new()
    {
        ["apiVersion"] = CaseReader.ApiVersion,
        ["kind"] = "DoctorResult",
        ["healthy"] = !found.Any(each => each.Diagnosis.Health is Health.Failed),
        ["ok"] = Count(found, Health.Ok),
        ["warnings"] = Count(found, Health.Warning),
        ["failed"] = Count(found, Health.Failed),
        ["unknown"] = Count(found, Health.Unknown),
        ["checks"] = new JsonArray([.. found.Select(each => Of(each.Check, each.Diagnosis))]),
    };

    private static JsonObject Of(string check, Diagnosis diagnosis) => new()
    {
        ["name"] = check,
        ["status"] = diagnosis.Health switch
        {
            Health.Ok => "ok",
            Health.Warning => "warning",
            Health.Failed => "failed",
            _ => "unknown",
        },
        ["message"] = diagnosis.Words,
        ["fix"] = diagnosis.Fix is { } fix ? string.Join('\n', fix.Commands.Prepend(fix.Words).Where(line => line.Length > 0)) : "",
        ["commands"] = new JsonArray([.. (diagnosis.Fix?.Commands ?? []).Select(command => (JsonNode)command)]),
    };

    private static int Count(IReadOnlyList<(string Check, Diagnosis Diagnosis)> found, Health health) => found.Count(each => each.Diagnosis.Health == health);
}
