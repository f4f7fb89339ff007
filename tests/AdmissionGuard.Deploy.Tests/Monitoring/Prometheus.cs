using System.Globalization;
using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.Deploy.Tests.Monitoring;

/// <summary>A real Prometheus that scrapes one target twice a second.</summary>
internal sealed class Prometheus : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _folder;
    private readonly ChildProcess _process;
    private readonly HttpClient _http = new();

    private Prometheus(DirectoryInfo folder, ChildProcess process, Uri url)
    {
        _folder = folder;
        _process = process;
        _http.BaseAddress = url;
    }

    /// <summary>Starts it, with the alerts of deploy/monitoring.</summary>
    public static async Task<Prometheus> StartAsync(Uri target)
    {
        var folder = Directory.CreateTempSubdirectory("admissionguard-prometheus-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "rules.json"), Alert.RuleFile());
        var configuration = Path.Combine(folder.FullName, "prometheus.yaml");
        await File.WriteAllTextAsync(configuration, $$"""
            global: {scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 1s}
            rule_files: [rules.json]
            scrape_configs:
              - job_name: admissionguard
                static_configs: [{targets: ["{{target.Authority}}"]}]
            """);
        var port = FreePort.Find();
        var process = ChildProcess.Start(
            PrometheusTools.Find("prometheus"),
            [$"--config.file={configuration}", $"--storage.tsdb.path={folder.FullName}/data", $"--web.listen-address=127.0.0.1:{port}"],
            Path.Combine(folder.FullName, "log"));
        var prometheus = new Prometheus(folder, process, new Uri($"http://127.0.0.1:{port}/"));
        await Poll.UntilAsync("Prometheus", Limit, prometheus.IsReadyAsync, TestContext.Current.CancellationToken);
        return prometheus;
    }

    /// <summary>What a query finds now: the labels of each series.</summary>
    public async Task<IReadOnlyList<IReadOnlySet<string>>> QueryAsync(string query)
    {
        var data = await GetAsync($"api/v1/query?query={Uri.EscapeDataString(query)}");
        return [.. data["result"]!.AsArray().Select(series => LabelsOf(series!["metric"]!))];
    }

    /// <summary>Waits until it has scraped its target a few times more.</summary>
    public async Task UntilScrapedAgainAsync(int times)
    {
        var before = await SamplesAsync();
        try
        {
            await Poll.UntilAsync(
                $"{times} scrapes", Limit, async () => await SamplesAsync() >= before + times, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{times} scrapes were not made: {await TargetsAsync()}");
        }
    }

    /// <summary>How its last scrape went.</summary>
    public async Task<string> TargetsAsync() => $"{(await GetAsync("api/v1/targets"))["activeTargets"]}";

    /// <summary>What was scraped: each metric with its labels.</summary>
    public async Task<ILookup<string, IReadOnlySet<string>>> SeriesAsync()
    {
        var data = await GetAsync($"api/v1/series?match[]={Uri.EscapeDataString("{job=\"admissionguard\"}")}");
        return data.AsArray()
            .ToLookup<JsonNode?, string, IReadOnlySet<string>>(
                series => series!["__name__"]!.GetValue<string>(), series => LabelsOf(series!), StringComparer.Ordinal);
    }

    /// <summary>How its rules fare: the name of each, and what went wrong in its last evaluation.</summary>
    public async Task<IReadOnlyList<(string Name, string Health, string Error)>> RulesAsync()
    {
        var data = await GetAsync("api/v1/rules");
        return
        [
            .. from @group in data["groups"]!.AsArray()
               from rule in @group["rules"]!.AsArray()
               select (rule["name"]!.GetValue<string>(), rule["health"]!.GetValue<string>(), rule["lastError"]?.GetValue<string>() ?? ""),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>How many scrapes succeeded.</summary>
    private async Task<int> SamplesAsync()
    {
        var data = await GetAsync($"api/v1/query?query={Uri.EscapeDataString("sum(sum_over_time(up[10m]))")}");
        return data["result"]!
            .AsArray()
            .Select(series => int.Parse($"{series!["value"]![1]}", CultureInfo.InvariantCulture))
            .FirstOrDefault();
    }

    private async Task<bool> IsReadyAsync()
    {
        Assert.False(_process.HasExited, "Prometheus ended");
        try
        {
            using var answer = await _http.GetAsync(new Uri("-/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<JsonNode> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{Uri.UnescapeDataString(path)}: {body}");
        return JsonNode.Parse(body)!["data"]!;
    }

    private static HashSet<string> LabelsOf(JsonNode metric) =>
        metric.AsObject().Select(label => label.Key).ToHashSet(StringComparer.Ordinal);
}
