using System.Text.RegularExpressions;

namespace AdmissionGuard.Deploy.Tests.Monitoring;

/// <summary>What can be said of the dashboard without drawing it; its queries are run by <see cref="ScrapeTests"/>.</summary>
public sealed partial class DashboardTests
{
    private const int Columns = 24;

    // Of Grafana's names for units: seconds, requests a second, bytes, a short number, a number.
    private static readonly string[] Units = ["s", "reqps", "bytes", "short", "none"];

    [Fact]
    public void Panels_stand_beside_each_other_in_rows_without_overlapping()
    {
        var taken = new HashSet<(int, int)>();

        Assert.NotEmpty(Panel.All);
        Assert.All(Panel.All, panel =>
        {
            var (x, y, width, height) = panel.Place;
            Assert.InRange(x + width, width, Columns);
            Assert.All(
                Enumerable.Range(x, width).SelectMany(column => Enumerable.Range(y, height).Select(line => (column, line))),
                cell => Assert.True(taken.Add(cell), panel.Title));
        });
    }

    [Fact]
    public void Panels_have_numbers_titles_and_descriptions_of_their_own()
    {
        var drawn = Panel.All.Where(panel => panel.Type != "row").ToList();

        Assert.Distinct(Panel.All.Select(panel => panel.Json["id"]!.GetValue<int>()));
        Assert.Distinct(Panel.All.Select(panel => panel.Title), StringComparer.Ordinal);
        Assert.NotEmpty(drawn);
        Assert.All(drawn, panel => Assert.Contains(panel.Type, new[] { "timeseries", "stat" }));
        Assert.All(drawn, panel => Assert.NotEmpty(panel.Json["description"]!.GetValue<string>()));
        Assert.All(drawn, panel => Assert.Contains(panel.Json["fieldConfig"]!["defaults"]!["unit"]!.GetValue<string>(), Units));
    }

    [Fact]
    public void Every_query_goes_to_the_data_source_that_is_chosen_above()
    {
        var variable = Assert.Single(Panel.Dashboard["templating"]!["list"]!.AsArray())!;

        Assert.Equal(("datasource", "prometheus"), (variable["type"]!.GetValue<string>(), variable["query"]!.GetValue<string>()));
        var drawn = Panel.All.Where(panel => panel.Type != "row").ToList();
        Assert.NotEmpty(drawn);
        Assert.All(drawn, panel =>
        {
            Assert.NotEmpty(panel.Targets);
            Assert.Distinct(
                panel.Json["targets"]!.AsArray().Select(target => target!["refId"]!.GetValue<string>()), StringComparer.Ordinal);
            Assert.All(
                panel.Json["targets"]!.AsArray().Append(panel.Json),
                from => Assert.Equal($"${{{variable["name"]}}}", from!["datasource"]!["uid"]!.GetValue<string>()));
        });
    }

    [Fact]
    public void Nothing_but_what_Grafana_knows_stands_in_a_query()
    {
        var variables = Panel.All.SelectMany(panel => panel.Targets)
            .SelectMany(target => Variable().Matches(target.Query))
            .Select(match => match.Value)
            .ToList();

        Assert.NotEmpty(variables);
        Assert.All(variables, variable => Assert.Equal("$__rate_interval", variable));
    }

    [GeneratedRegex(@"\$\w+")]
    private static partial Regex Variable();
}
