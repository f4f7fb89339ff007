using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Integration.Tests.Telemetry;

/// <summary>Traces, metrics and logs by OTLP, from a process of its own: OpenTelemetry reads its environment.</summary>
public sealed class OtlpTests : IAsyncLifetime
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    private readonly ServeFolder _folder = new();
    private readonly HttpClient _http = new(
        new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
    private StubApiServer _api = null!;
    private Collector _collector = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _api = await StubApiServer.StartAsync();
        _collector = await Collector.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _folder.Dispose();
        await _collector.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task All_three_signals_go_out_and_spans_join_the_API_servers_trace_with_the_lookups_in_it()
    {
        await using var guard = await StartAsync(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", _collector.Url.AbsoluteUri), ("OTEL_RESOURCE_ATTRIBUTES", "k8s.pod.name=guard-0"));
        _api.AccessReview = (context, _) => StubApiServer.AnswerAsync(context, 201, StubApiServer.AccessReviewJson(allowed: false));

        await MoveAsync(guard, $"00-{TraceId}-b7ad6b7169203331-01");
        using var probe = await _http.GetAsync(new Uri(guard.Health, "readyz"), Cancellation);

        const string traces = "v1/traces";
        await _collector.UntilItHasAsync(traces, Convert.FromHexString(TraceId));
        await _collector.UntilItHasAsync(traces, Convert.FromHexString("b7ad6b7169203331"));
        foreach (var words in new[]
        {
            "POST /mutate",
            "admissionguard.endpoint",
            "admissionguard.outcome",
            "forbidden",
            "admissionguard.transition",
            "migrate",
            "get-tenant",
            "access-review",
            "get-capsule-configuration",
        })
        {
            await _collector.UntilItHasAsync(traces, words);
        }

        await _collector.UntilItHasAsync("v1/metrics", "admissionguard.review.duration");
        await _collector.UntilItHasAsync("v1/logs", "alice may not move namespace billing");
        foreach (var signal in new[] { traces, "v1/metrics", "v1/logs" })
        {
            Assert.True(_collector.Has(signal, "guard-0") && _collector.Has(signal, "service.version"), signal);
        }

        // Users' own words stay out of spans, and so do probes.
        Assert.All(["billing", "/readyz", "tenants/gas"], words => Assert.False(_collector.Has(traces, words), words));
    }

    [Fact]
    public async Task A_signal_with_an_endpoint_of_its_own_goes_there_as_it_stands_and_the_others_nowhere()
    {
        await using var guard = await StartAsync(("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", $"{_collector.Url}of/our/own"));

        await MoveAsync(guard, $"00-{TraceId}-b7ad6b7169203331-01");

        await _collector.UntilItHasAsync("of/our/own", Convert.FromHexString(TraceId));
        await guard.StopAsync();
        Assert.Equal(["of/our/own application/x-protobuf"], _collector.Paths);
    }

    [Theory]
    [InlineData("OTEL_SDK_DISABLED", "true")]
    [InlineData("OTEL_TRACES_EXPORTER", "none")]
    public async Task What_is_switched_off_goes_nowhere_and_metrics_can_be_scraped_all_the_same(string variable, string value)
    {
        await using var guard = await StartAsync(("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", _collector.Url.AbsoluteUri), (variable, value));

        await MoveAsync(guard, $"00-{TraceId}-b7ad6b7169203331-01");

        Assert.Contains(
            "admissionguard_review_duration_seconds_count{",
            await _http.GetStringAsync(new Uri(guard.Health, "metrics"), Cancellation),
            StringComparison.Ordinal);

        // It sends what is left as it ends.
        await guard.StopAsync();
        Assert.Empty(_collector.Paths);
    }

    [Fact]
    public async Task A_collector_that_is_unreachable_holds_up_no_review()
    {
        await using var guard = await StartAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"));

        for (var each = 0; each < 20; each++)
        {
            await MoveAsync(guard, $"00-{TraceId}-b7ad6b7169203331-01");
        }

        await guard.StopAsync();
        Assert.Equal(0, await guard.ExitCodeAsync());
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "is not an http or https URI")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "no where", "is not an http or https URI")]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "http/json", "is not grpc or http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "10s", "is not a number of milliseconds")]
    public async Task A_variable_that_can_not_be_used_is_exit_code_2_and_is_named(string variable, string value, string words)
    {
        var command = await _folder.CommandAsync(_api.Url);

        // A command's own environment comes by env(1).
        var result = await new Command(
            "env",
            [
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://127.0.0.1:9",
                "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=http://127.0.0.1:9",
                $"{variable}={value}",
                .. command,
            ]).RunAsync(Cancellation);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"Error: {variable}: '{value}' {words}", result.Error, StringComparison.Ordinal);
    }

    private Task<GuardProcess> StartAsync(params (string Name, string Value)[] environment) => _folder.StartAsync(
        _api.Url,
        environment.Append(("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")).Append(("OTEL_METRIC_EXPORT_INTERVAL", "500")).Append(
            ("OTEL_BSP_SCHEDULE_DELAY", "200")).Append(("OTEL_BLRP_SCHEDULE_DELAY", "200"))
            .ToImmutableDictionary(each => each.Item1, each => each.Item2, StringComparer.Ordinal));

    private async Task MoveAsync(GuardProcess guard, string traceParent)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(guard.Reviews, "mutate"))
            {
                Content = RunningGuard.Json(Update(Namespace("oil", "oil=u1"), Namespace("gas", "oil=u1")).Bytes()),
            };
        request.Headers.Add("traceparent", traceParent);
        using var response = await _http.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotNull(JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!["response"]);
    }
}
