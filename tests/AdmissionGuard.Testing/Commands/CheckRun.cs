using AdmissionGuard.Tools.Checking;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Testing;

/// <summary>Runs <c>admissionguard check</c> in a folder of its own.</summary>
internal sealed class CheckRun : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");

    public static string Cluster { get; } = Repository.File("tests", "cases", "cluster");

    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "admissionguard.dll");

    /// <summary>The program as one types it in bash.</summary>
    public static string Shell { get; } = $"dotnet {Quote(Program)}";

    public string Folder => _folder.FullName;

    /// <summary>Variables of its environment, which take a process of its own.</summary>
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public string Input { get; set; } = "";

    /// <summary>A text as one word of bash.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Writes a file.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public Task<CommandResult> RunAsync(params string[] arguments) => Environment.Count == 0
        ? InProcessCommand.RunAsync(["check", .. arguments], Input)
        : new Command("dotnet", [Program, "check", .. arguments]) { Environment = Environment, Input = Input }.RunAsync(
            TestContext.Current.CancellationToken);

    /// <summary>The same without a command line, for what is asked very often.</summary>
    public static async Task<CommandResult> DecideAsync(params string[] inputs)
    {
        using StringWriter output = new(), error = new();
        var terminal = new Terminal(() => TextReader.Null, output, error, isColored: false);
        var code = await new Checker(new CheckOptions(inputs) { At = TimeProvider.System.GetUtcNow() }, terminal).RunAsync(
            TestContext.Current.CancellationToken);
        return new CommandResult(code, output.ToString(), error.ToString());
    }

    /// <summary>Checks billing's move from oil to gas, with the tenants and grants of <c>tests/cases/cluster</c>.</summary>
    public Task<CommandResult> MoveAsync(string user, params string[] arguments) => RunAsync(
    [
        "--old", Write("old.yaml", Billing("oil")),
        "--new", Write("new.yaml", Billing("gas")),
        "--as", user,
        "--tenants", Path.Combine(Cluster, "tenants.yaml"),
        "--grants", Path.Combine(Cluster, "grants.yaml"),
        .. arguments,
    ]);

    public static string Billing(string label) => $$"""
        apiVersion: v1
        kind: Namespace
        metadata:
          name: billing
          labels: {capsule.clastix.io/tenant: {{label}}}
          ownerReferences:
          - {apiVersion: capsule.clastix.io/v1beta2, kind: Tenant, name: oil, uid: 0a11e5e1-8d5c-4a1b-9e6f-1c2d3e4f5a6b}
        """;
}
