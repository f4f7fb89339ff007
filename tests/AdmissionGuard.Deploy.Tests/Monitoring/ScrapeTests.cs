using System.Text.RegularExpressions;

namespace AdmissionGuard.Deploy.Tests.Monitoring;

/// <summary>A real Prometheus scrapes a real guard, and is asked what the dashboard and the alerts ask.</summary>
[Collection(OneGuardAtATime.Name)]
public sealed partial class ScrapeTests(ScrapedGuard guard) : IClassFixture<ScrapedGuard>
{
    private const string ApiServers = "apiserver_";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>What only a guard exports that keeps its own certificates, which takes a cluster.</summary>
    private static readonly string[] SelfManaged = [
        "admissionguard_certificate_authority_not_after_timestamp_seconds", "admissionguard_leader"
    ];

    public static TheoryData<string, string, string> Targets { get; } = [
        .. Panel.All.SelectMany(panel => panel.Targets.Select(target => (panel.Title, target.Query, target.Legend)))
    ];

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task A_panel_has_data_and_the_labels_that_its_legend_names(string panel, string query, string legend)
    {
        var found = await guard.Prometheus.QueryAsync(query.Replace("$__rate_interval", "1m", StringComparison.Ordinal));
        Assert.True(
            found.Count > 0 || Query.Of(query).Selectors.Any(selector => IsOfOthers(selector.Metric)),
            $"{panel} is empty: {query}; {await guard.Prometheus.TargetsAsync()}");

        var named = Label().Matches(legend).Select(match => match.Groups[1].Value).ToList();
        Assert.All(found, labels => Assert.Subset(labels.ToHashSet(StringComparer.Ordinal), named.ToHashSet(StringComparer.Ordinal)));
        Assert.True(found.Count <= 1 || named.Count > 0, $"{panel} shows {found.Count} series under one name");
    }

    [Fact]
    public async Task The_guard_exports_every_metric_that_a_query_names_with_the_labels_that_it_names()
    {
        var queries = Panel.All.SelectMany(panel => panel.Targets.Select(target => target.Query))
            .Concat(Alert.All.Select(alert => alert.Query))
            .Select(Query.Of)
            .ToList();
        var ours = queries.SelectMany(query => query.Selectors).Where(selector => !IsOfOthers(selector.Metric)).ToList();
        var series = await guard.Prometheus.SeriesAsync();

        Assert.NotEmpty(ours);
        Assert.All(ours, selector => Assert.True(series.Contains(selector.Metric), $"{selector.Metric} is not exported"));
        Assert.All(
            ours,
            selector => Assert.All(
                selector.Labels,
                label => Assert.True(
                    series[selector.Metric].All(labels => labels.Contains(label)), $"{selector.Metric} has no label {label}")));
        Assert.All(queries.Where(query => query.Selectors.Any(selector => !IsOfOthers(selector.Metric))), query =>
            Assert.All(
                query.GroupedBy,
                label => Assert.Contains(
                    query.Selectors,
                    selector => IsOfOthers(selector.Metric) || series[selector.Metric].All(labels => labels.Contains(label)))));
    }

    [Fact]
    public async Task Prometheus_evaluates_every_alert()
    {
        IReadOnlyList<(string Name, string Health, string Error)> rules = [];
        await Poll.UntilAsync(
            "every rule's first evaluation",
            Limit,
            async () => (rules = await guard.Prometheus.RulesAsync()).All(rule => rule.Health != "unknown"),
            TestContext.Current.CancellationToken);

        Assert.Equal(Alert.All.Select(alert => alert.Name), rules.Select(rule => rule.Name));
        Assert.NotEmpty(rules);
        Assert.All(rules, rule => Assert.Equal(("ok", ""), (rule.Health, rule.Error)));
    }

    private static bool IsOfOthers(string metric) =>
        metric.StartsWith(ApiServers, StringComparison.Ordinal) || SelfManaged.Contains(metric, StringComparer.Ordinal);

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Label();
}
