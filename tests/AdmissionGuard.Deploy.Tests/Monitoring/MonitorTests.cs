using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AdmissionGuard.Deploy.Tests.Deploying;

namespace AdmissionGuard.Deploy.Tests.Monitoring;

/// <summary>What tells Prometheus where the guard is, and people where to read about an alert.</summary>
public sealed partial class MonitorTests
{
    private const string Base = "https://wiki.example.com/admissionguard/monitoring";

    [Theory]
    [InlineData("kustomize")]
    [InlineData("helm")]
    public async Task A_ServiceMonitor_selects_a_Service_of_its_own_that_leads_to_the_port_for_metrics(string by)
    {
        var manifest = Manifest.Read(by == "helm"
            ? (await Manifest.HelmAsync("--set", "monitoring.enabled=true,monitoring.kind=ServiceMonitor")).Ok()
            : await Manifest.KustomizeAsync(["self-managed", "monitoring", "service-monitor"]));

        var monitor = manifest.One("ServiceMonitor")["spec"]!;
        var service = Assert.Single(
            manifest.Objects.Where(each => (string?)each["kind"] == "Service"),
            each => Includes(each["metadata"]!["labels"]!, monitor["selector"]!["matchLabels"]!));
        Assert.Equal("admissionguard-metrics", (string?)service["metadata"]!["name"]);
        Assert.Equal((string?)manifest.One("ServiceMonitor")["metadata"]!["namespace"], (string?)service["metadata"]!["namespace"]);
        var endpoint = Assert.Single(monitor["endpoints"]!.AsArray())!;
        Assert.Equal("/metrics", (string?)endpoint["path"]);
        var port = Assert.Single(service["spec"]!["ports"]!.AsArray(), each => (string?)each!["name"] == (string?)endpoint["port"])!;
        var pod = manifest.One("Deployment")["spec"]!["template"]!;
        Assert.True(Includes(pod["metadata"]!["labels"]!, service["spec"]!["selector"]!));
        Assert.Single(
            pod["spec"]!["containers"]![0]!["ports"]!.AsArray(),
            each => (string?)each!["name"] == (string?)port["targetPort"] && (long?)each["containerPort"] == 8080);
        Assert.DoesNotContain(manifest.Objects, each => (string?)each["kind"] == "PodMonitor");
        // The Service for reviews stays as it is.
        Assert.Equal("https", (string?)Assert.Single(manifest.One("Service", "admissionguard")["spec"]!["ports"]!.AsArray())!["name"]);
    }

    [Theory]
    [InlineData("kustomize")]
    [InlineData("helm")]
    public async Task Every_runbook_is_a_section_of_the_page_whose_address_can_be_told(string by)
    {
        var page = await File.ReadAllTextAsync(
            Repository.File("deploy", "docs", "monitoring.md"), TestContext.Current.CancellationToken);
        var anchors = Heading().Matches(page).Select(match => match.Groups[1].Value.ToLowerInvariant()).ToList();
        var fragment = Fragment().Match(page).Groups[1].Value;
        Assert.Contains(Base, fragment, StringComparison.Ordinal);
        var manifest = Manifest.Read(by == "helm"
            ? (await Manifest.HelmAsync("--set", $"monitoring.enabled=true,monitoring.runbookUrl={Base}")).Ok()
            : await Manifest.KustomizeAsync(["self-managed", "monitoring"], fragment));

        var runbooks = manifest.One("PrometheusRule")["spec"]!["groups"]!.AsArray()
            .SelectMany(group => group!["rules"]!.AsArray())
            .Select(rule => (string?)rule!["annotations"]!["runbook_url"] ?? "")
            .ToList();
        Assert.Equal(Alert.All.Count, runbooks.Count);
        Assert.All(runbooks, runbook => Assert.StartsWith($"{Base}#", runbook, StringComparison.Ordinal));
        Assert.All(runbooks, runbook => Assert.Contains(runbook.Split('#')[1], anchors));
        Assert.DoesNotContain(
            manifest.Objects.Select(each => $"{each["metadata"]!["name"]}"), name => name.Contains("runbooks", StringComparison.Ordinal));
    }

    private static bool Includes(JsonNode labels, JsonNode selector) =>
        selector.AsObject().Count > 0 && selector.AsObject().All(each => (string?)labels[each.Key] == (string?)each.Value);

    [GeneratedRegex("^### ([A-Za-z]+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("^```yaml\n(configMapGenerator:\n.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fragment();
}
