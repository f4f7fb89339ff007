using System.Text.Json.Nodes;

namespace AdmissionGuard.Deploy.Tests.Monitoring;

/// <summary>What Prometheus has scraped, minute by minute, and how many alerts of a name then fire.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="Firing">How many of it fire.</param>
/// <param name="Minute">When.</param>
/// <param name="Series">The series, as promtool writes them: name and values.</param>
public sealed record AlertCase(string Alert, int Firing, int Minute, params string[] Series)
{
    /// <summary>As a file for <c>promtool test rules</c>.</summary>
    /// <param name="severity">The severity that a firing alert is to have.</param>
    /// <returns>JSON.</returns>
    public string ToPromtool(string severity) => new JsonObject
    {
        ["rule_files"] = new JsonArray("rules.json"),
        ["evaluation_interval"] = "1m",
        ["tests"] = new JsonArray(new JsonObject
        {
            ["interval"] = "1m",
            ["input_series"] = new JsonArray(
                [
                    .. Series.Select(
                        series => series.LastIndexOf('|') is var at
                            ? (JsonNode)new JsonObject { ["series"] = series[..at], ["values"] = series[(at + 1)..] }
                            : null),
                ]),
            ["promql_expr_test"] = new JsonArray(new JsonObject
            {
                ["expr"] = $$"""sum by (alertname, severity) (ALERTS{alertname="{{Alert}}", alertstate="firing"})""",
                ["eval_time"] = $"{Minute}m",
                ["exp_samples"] = Firing == 0
                    ? []
                    : new JsonArray(
                        new JsonObject { ["labels"] = $$"""{alertname="{{Alert}}", severity="{{severity}}"}""", ["value"] = Firing }),
            }),
        }),
    }.ToJsonString();

    /// <inheritdoc />
    public override string ToString() => $"{Alert}: {Firing} after {Minute} min. of {string.Join(", ", Series)}";
}
