using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;
using AdmissionGuard.Tools.Checking;
using AdmissionGuard.Tools.Output;
using AdmissionGuard.Tools.Planning;

namespace AdmissionGuard.EndToEnd.Planning;

/// <summary>What <c>admissionguard plan</c> said.</summary>
internal sealed record PlanAnswer(int ExitCode, JsonNode? Result, string Error)
{
    public string Message => (string?)Result?["message"] ?? "";

    public string Capsule => (string?)Result?["capsule"]?["message"] ?? "";

    public IReadOnlyList<string> Warnings => Texts("warnings");

    public IReadOnlyList<string> Reasons => Texts("reasons");

    public IReadOnlyList<string> Commands =>
        [.. (Result?["grants"]?.AsArray() ?? []).SelectMany(grant => grant!["commands"]!.AsArray()).Select(command => (string)command!)];

    /// <summary>What does not fit, or could not be found out, each as in <c>Unfit quota: …</c>.</summary>
    public IReadOnlyList<string> CompatibilityChecks =>
        [.. (Result?["belongings"]?.AsArray() ?? []).Select(each => $"{each!["fit"]} {each["subject"]}: {each["message"]}")];

    /// <summary>Asks, as the owner of a kubeconfig.</summary>
    /// <param name="planner">The one who runs it.</param>
    /// <param name="name">The namespace.</param>
    /// <param name="target">The tenant; <see langword="null"/> for a release.</param>
    /// <param name="user">Whom it is about; <see langword="null"/> for oneself.</param>
    /// <param name="fieldManager">The field manager.</param>
    /// <param name="set">The guard's settings, as for <c>--set</c>.</param>
    public static async Task<PlanAnswer> OfAsync(
        Kubectl planner, string name, string? target, string? user, string fieldManager = "", params IReadOnlyList<string> set)
    {
        using StringWriter output = new(), error = new();
        var options = new PlanOptions(
            name,
            target) { User = user, FieldManager = fieldManager, Set = set, Kubeconfig = planner.Kubeconfig, Format = OutputFormat.Json };
        var code = await Planner.RunAsync(
            options,
            new Terminal(() => TextReader.Null, output, TextWriter.Synchronized(error), isColored: false),
            TestContext.Current.CancellationToken);
        return new PlanAnswer(code, output.ToString() is { Length: > 0 } text ? JsonNode.Parse(text) : null, error.ToString());
    }

    private List<string> Texts(string field) => [.. (Result?[field]?.AsArray() ?? []).Select(text => (string)text!)];
}
