using System.Text.RegularExpressions;

namespace AdmissionGuard.Deploy.Tests.Monitoring;

/// <summary>The alerts of deploy/monitoring, by Prometheus' own tool, and their runbooks.</summary>
public sealed partial class AlertTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-alerts-");

    public static TheoryData<AlertCase> Cases { get; } = [.. AlertCases.All];

    private string RuleFile => Path.Combine(_folder.FullName, "rules.json");

    public async ValueTask InitializeAsync() => await File.WriteAllTextAsync(RuleFile, Alert.RuleFile());

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return default;
    }

    [Fact]
    public async Task Prometheus_takes_every_rule()
    {
        var check = await PrometheusTools.PromtoolAsync("check", "rules", "--lint-fatal", RuleFile);

        Assert.True(check.ExitCode == 0, check.Output + check.Error);
        Assert.Contains($"SUCCESS: {Alert.All.Count} rules found", check.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public async Task An_alert_fires_when_it_is_to_and_not_otherwise(AlertCase @case)
    {
        var file = Path.Combine(_folder.FullName, "test.json");
        await File.WriteAllTextAsync(
            file, @case.ToPromtool(Alert.All.Single(alert => alert.Name == @case.Alert).Severity), TestContext.Current.CancellationToken);

        var test = await PrometheusTools.PromtoolAsync("test", "rules", file);

        Assert.True(test.ExitCode == 0, test.Output + test.Error);
    }

    [Fact]
    public void Every_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not()
    {
        var names = Alert.All.Select(alert => alert.Name).Order(StringComparer.Ordinal).ToList();

        Assert.Equal(
            names,
            AlertCases.All.Where(@case => @case.Firing > 0)
                .Select(@case => @case.Alert)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal));
        Assert.Equal(
            names,
            AlertCases.All.Where(@case => @case.Firing == 0)
                .Select(@case => @case.Alert)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_alert_says_what_happened_with_labels_that_it_has()
    {
        Assert.NotEmpty(Alert.All);
        Assert.All(Alert.All, alert =>
        {
            Assert.Contains(alert.Severity, new[] { "critical", "warning", "info" });
            Assert.NotEmpty(alert.Annotations["summary"]);
            var labels = Query.Of(alert.Query).GroupedBy;
            Assert.All(LabelUse().Matches(alert.Annotations["description"]), use => Assert.Contains(use.Groups[1].Value, labels));
        });
    }

    [Fact]
    public void Every_alert_has_a_runbook_and_every_runbook_an_alert()
    {
        var alerts = File.ReadAllText(Repository.File("deploy", "docs", "monitoring.md"))
            .Split("\n## ")
            .Single(chapter => chapter.StartsWith("Alerts\n", StringComparison.Ordinal));
        var sections = alerts.Split("\n### ")[1..];

        Assert.Equal(
            Alert.All.Select(alert => alert.Name).Order(StringComparer.Ordinal),
            sections.Select(section => section.Split('\n')[0]).Order(StringComparer.Ordinal));
        Assert.All(
            Alert.All, alert => Assert.Equal($"deploy/docs/monitoring.md#{alert.Name.ToLowerInvariant()}", alert.Annotations["runbook_url"]));
        Assert.NotEmpty(sections);
        Assert.All(
            sections,
            section => Assert.All(
                ["**It means**", "**Look at**", "**It ends**"], part => Assert.Contains(part, section, StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"\$labels\.(\w+)")]
    private static partial Regex LabelUse();
}
