using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Server.Certificates;
using AdmissionGuard.Server.Telemetry;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Integration.Tests.Telemetry;

/// <summary>Every metric stands in the documentation, and every label with every word that it can have.</summary>
[Collection(OneGuardAtATime.Name)]
public sealed partial class MetricsReferenceTests
{
    private const string Listener = "`listener` (`reviews`, `health`)";
    private const string Endpoint = "`endpoint` (`mutate`, `validate`)";

    private static readonly string[] Calls = [
        "get-tenant", "list-tenants", "discover-tenants", "list-namespaces", "get-capsule-configuration", "access-review"
    ];

    private static readonly string[] CallsForCertificates = [
        "get-secret", "update-secret", "get-webhooks", "patch-webhooks", "get-lease", "create-lease", "update-lease"
    ];

    /// <summary>Those of the server that change nothing.</summary>
    private static readonly string[] ReadCalls = [
        .. Calls, .. CallsForCertificates.Where(call => call.StartsWith("get-", StringComparison.Ordinal))
    ];

    /// <summary>What is asked by commands only, which nobody measures.</summary>
    private static readonly string[] CallsOfCommands = ["self-review"];

    /// <summary>The labels by the metric's exported name. A metric that is not here has none.</summary>
    private static readonly Dictionary<string, string[]> Labels = new(StringComparer.Ordinal)
    {
        ["admissionguard_review_duration_seconds"] =
        [
            Endpoint,
            "`operation` (`create`, `update`, `delete`, `other`)",
            "`transition` (`Unchanged`, `Adopt`, `Migrate`, `Release`, `Repair`, `Contradictory`)",
            "`outcome` (`allow`, `complete`, `tolerate`, `deny`, `shed`)",
            "`code` (200, 400, 403, 409, 422, 429, 503)",
            "`reason` (`Success`, `BadRequest`, `Forbidden`, `Conflict`, `Invalid`, `TooManyRequests`, `ServiceUnavailable`)",
        ],
        ["admissionguard_reviews_unanswerable_total"] = [Endpoint, "`code` (400, 408, 413, 415, 500)"],
        ["admissionguard_reviews_shed_total"] = [Endpoint, "`why` (`lookups`, `memory`)"],
        ["admissionguard_connections"] = [Listener],
        ["admissionguard_connections_limit"] = [Listener],
        ["admissionguard_connections_closed_total"] = [Listener, "`why` (`idle`, `handshaking`, `uploading`, `no-room`)"],
        ["admissionguard_rules_total"] = [
            "`rule` (those of [the rules](configuration.md#rules))", "`outcome` (`refused`, `warned`, `lifted` for an override)"
        ],
        ["admissionguard_api_call_duration_seconds"] =
        [
            $"`call` ({string.Join(", ", Calls.Concat(CallsForCertificates).Select(call => $"`{call}`"))}; those of Secrets, webhooks and Leases where the certificates are self-managed)",
            "`outcome` (`answered`, `failed`)",
        ],
        ["admissionguard_api_call_hedges_total"] = [$"`call` ({string.Join(", ", ReadCalls.Select(call => $"`{call}`"))})"],
        ["admissionguard_configuration_reloads_total"] = ["`outcome` (`applied`, `refused`)"],
        ["admissionguard_certificate_reloads_total"] = ["`outcome` (`applied`, `refused`)"],
        ["admissionguard_client_certificates_refused_total"] = ["`why` (`none`, `authority`, `name`)"],
        ["admissionguard_namespaces"] = [
            "`state` (`none`, `consistent`, `stale-uid`, `unknown-tenant`, `label-only`, `owner-only`, `conflicting`)"
        ],
        ["kestrel_active_connections"] = KestrelLabels,
        ["kestrel_queued_connections"] = KestrelLabels,
        ["kestrel_rejected_connections_total"] = KestrelLabels,
        ["kestrel_queued_requests"] = [.. KestrelLabels, "`network_protocol_name`", "`network_protocol_version`"],
    };

    private static string[] KestrelLabels => ["`server_address`", "`server_port`", "`network_transport`", "`network_type`"];

    [Fact]
    public async Task Every_metric_stands_in_the_documentation_with_its_labels()
    {
        var heard = new ConcurrentDictionary<string, Instrument>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name is Instruments.MeterName or ApiServerMetrics.MeterName
                    || TelemetrySetup.KestrelInstruments.Contains(instrument.Name))
                {
                    heard[NameOf(instrument)] = instrument;
                }
            },
        };
        listener.Start();
        await using var api = await StubApiServer.StartAsync();
        api.AccessReview = (context, _) => StubApiServer.AnswerAsync(context, 201, StubApiServer.AccessReviewJson(allowed: true));
        api.Tenant = (context, name) =>
        {
            var tenant = StubApiServer.TenantJson(name);
            tenant["spec"] = new JsonObject { ["cordoned"] = true };
            return StubApiServer.AnswerAsync(context, 200, tenant);
        };
        await using (var selfManaged = await RunningGuard.StartAsync(
            api.Url, options: standard => standard with { Certificates = new CertificateOptions { IsSelfManaged = true } }))
        {
            await selfManaged.UntilReadyAsync();
            AreKnown(await selfManaged.GetAsync("metrics"), heard);
        }

        await using var guard = await RunningGuard.StartAsync(api.Url);
        await guard.UntilReadyAsync();
        // One of each kind, so that what is exported has all its labels.
        await guard.AskAsync("mutate", Update(Namespace("oil", "oil=u1"), Namespace("gas", "oil=u1")));
        using var unanswerable = await guard.PostAsync("validate", "no review"u8.ToArray());

        var text = new StringBuilder("| Metric | Kind | Labels | Meaning |\n|---|---|---|---|\n");
        foreach (var (name, instrument) in heard.OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| `{name}` | {KindOf(instrument)} | {string.Join("; ", Labels.GetValueOrDefault(name, []))} | {instrument.Description} |\n");
        }

        AreKnown(await guard.GetAsync("metrics"), heard);
        Generated.BlockIs("deploy/docs/monitoring.md", "metrics", text.ToString());
    }

    [Fact]
    public void Every_call_of_the_API_server_stands_in_the_documentation()
    {
        var sent = typeof(ApiCall)
            .GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Select(call => ((ApiCall)call.GetValue(null)!).Name);

        Assert.Equal(
            [.. Calls.Concat(CallsForCertificates).Concat(CallsOfCommands).Order(StringComparer.Ordinal)],
            sent.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_rule_that_refuses_is_counted_but_not_in_a_dry_run()
    {
        await using var api = await StubApiServer.StartAsync();
        await using var guard = await RunningGuard.StartAsync(api.Url);
        var review = Update(Namespace("oil", "oil=u1"), Namespace("gas", "oil=u1"));
        foreach (var named in new[]
        {
            review["request"]!,
            review["request"]!["object"]!["metadata"]!,
            review["request"]!["oldObject"]!["metadata"]!,
        })
        {
            named["name"] = "kube-public";
        }


        await guard.AskAsync("mutate", review);
        review["request"]!["dryRun"] = true;
        await guard.AskAsync("mutate", review);

        Assert.Equal(1, await guard.SumAsync("admissionguard_rules_total", "rule=\"protectedNamespaces\"", "outcome=\"refused\""));
        Assert.Equal(2, await guard.SumAsync("admissionguard_review_duration_seconds_count", "reason=\"Forbidden\"", "code=\"403\""));
    }

    /// <summary>What is exported was heard of, and has no other labels than those that the documentation tells.</summary>
    private static void AreKnown(string metrics, ConcurrentDictionary<string, Instrument> heard)
    {
        var types = Types().Matches(metrics);
        Assert.NotEmpty(types);
        Assert.All(types, type =>
        {
            var name = type.Groups[1].Value;
            Assert.True(heard.ContainsKey(name), $"/metrics has {name}, the documentation has not");
            Assert.Equal(type.Groups[2].Value, KindOf(heard[name]));
            var known = Labels.GetValueOrDefault(name, []).Select(label => label.Split('`')[1]).ToHashSet(StringComparer.Ordinal);
            Assert.All(LabelsOf(metrics, name), label => Assert.Contains(label, known));
        });
    }

    /// <summary>The name that Prometheus is told.</summary>
    private static string NameOf(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_');
        name = instrument.Unit switch
        {
            "s" => $"{name}_seconds",
            "By" => $"{name}_bytes",
            _ => name,
        };
        return KindOf(instrument) == "counter" ? $"{name}_total" : name;
    }

    private static string KindOf(Instrument instrument) => instrument.GetType().Name switch
    {
        var type when type.StartsWith("Histogram", StringComparison.Ordinal) => "histogram",
        var type when type.StartsWith("Counter", StringComparison.Ordinal) => "counter",
        _ => "gauge",
    };

    private static IEnumerable<string> LabelsOf(string metrics, string name) => metrics.Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains('{', StringComparison.Ordinal))
        .SelectMany(line => Label().Matches(line).Select(label => label.Groups[1].Value))
        .Where(label => label is not ("otel_scope_name" or "le"))
        .Distinct(StringComparer.Ordinal);

    [GeneratedRegex("^# TYPE ((?:admissionguard|kestrel)_[a-z_]+) ([a-z]+)$", RegexOptions.Multiline)]
    private static partial Regex Types();

    [GeneratedRegex("[{,]([a-z_]+)=\"")]
    private static partial Regex Label();
}
