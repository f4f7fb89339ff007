using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Checking;
using AdmissionGuard.Tools.Diagnosing;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Testing;

/// <summary>What <c>admissionguard doctor</c> said.</summary>
internal sealed record DoctorAnswer(int ExitCode, JsonNode? Result, string Error)
{
    /// <summary>Its lines, each as in <c>failed webhook-order: …</c>.</summary>
    public IReadOnlyList<string> Lines => [.. Checks.Select(check => $"{check["status"]} {check["name"]}: {check["message"]}")];

    /// <summary>The lines that are not ok.</summary>
    public IReadOnlyList<string> Errors => [.. Lines.Where(line => !line.StartsWith("ok ", StringComparison.Ordinal))];

    /// <summary>
    /// The same without one check's: beside a current Capsule the garbage collector is always warned of, and what is wrong with
    /// the validator concerns the guard's own namespace too.
    /// </summary>
    public IReadOnlyList<string> ErrorsExcept(string check) =>
        [.. Errors.Where(line => !line.Contains($" {check}: ", StringComparison.Ordinal))];

    private IEnumerable<JsonNode> Checks => (Result?["checks"]?.AsArray() ?? []).Select(check => check!);

    /// <summary>The commands under the lines of one check.</summary>
    public IReadOnlyList<string> Commands(string check) =>
        [
            .. Checks.Where(each => (string?)each["name"] == check)
                .SelectMany(each => each["commands"]!.AsArray())
                .Select(command => (string)command!),
        ];

    /// <summary>The fixes of one check.</summary>
    public string Remediation(string check) =>
        string.Join(
            '\n',
            Checks.Where(each => (string?)each["name"] == check)
                .Select(each => (string)each["fix"]!)
                .Where(remediation => remediation.Length > 0));

    public static async Task<DoctorAnswer> OfAsync(string kubeconfig, DoctorOptions? options = null)
    {
        using StringWriter output = new(), error = new();
        var code = await Doctor.RunAsync(
            (options ?? new DoctorOptions()) with { Kubeconfig = kubeconfig, Format = OutputFormat.Json },
            new Terminal(() => TextReader.Null, output, TextWriter.Synchronized(error), isColored: false),
            TestContext.Current.CancellationToken);
        return new DoctorAnswer(code, output.ToString() is { Length: > 0 } text ? JsonNode.Parse(text) : null, error.ToString());
    }
}
