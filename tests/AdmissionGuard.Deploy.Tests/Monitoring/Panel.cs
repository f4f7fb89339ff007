using System.Text.Json.Nodes;

namespace AdmissionGuard.Deploy.Tests.Monitoring;

/// <summary>A panel of deploy/components/monitoring/dashboard.json.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Type">What draws it.</param>
/// <param name="Json">All of it.</param>
internal sealed record Panel(string Title, string Type, JsonNode Json)
{
    /// <summary>The dashboard.</summary>
    public static JsonNode Dashboard { get; } = JsonNode.Parse(
        File.ReadAllText(Repository.File("deploy", "components", "monitoring", "dashboard.json")))!;

    /// <summary>All panels, rows among them.</summary>
    public static IReadOnlyList<Panel> All { get; } =
        [
            .. Dashboard["panels"]!
                .AsArray()
                .Select(panel => new Panel(panel!["title"]!.GetValue<string>(), panel["type"]!.GetValue<string>(), panel)),
        ];

    /// <summary>Where it stands, in columns and lines.</summary>
    public (int X, int Y, int Width, int Height) Place => (At("x"), At("y"), At("w"), At("h"));

    /// <summary>What it asks, and how it names what it gets.</summary>
    public IEnumerable<(string Query, string Legend)> Targets =>
        (Json["targets"]?.AsArray() ?? []).Select(
            target => (target!["expr"]!.GetValue<string>(), target["legendFormat"]!.GetValue<string>()));

    private int At(string name) => Json["gridPos"]![name]!.GetValue<int>();
}
