using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AdmissionGuard.Core.Completions;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Telemetry;
using AdmissionGuard.Server.Admission;
using AdmissionGuard.Server.Admission.Reviews;
using AdmissionGuard.Server.Certificates;
using AdmissionGuard.Server.Limits;
using AdmissionGuard.Server.Telemetry;
using AdmissionGuard.Server.TenancyScan;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Integration.Tests.Telemetry;

/// <summary>Every metric stands in the documentation, and every label with every value that it can have.</summary>
[Collection(OneGuardAtATime.Name)]
public sealed partial class MetricsReferenceTests
{
    private static readonly Tag[] KestrelTags = [
        new("server_address"), new("server_port"), new("network_transport"), new("network_type")
    ];

    private static readonly Tag[] Generations = [
        new("gc_heap_generation") { Values = ["gen0", "gen1", "gen2", "loh", "poh"] }
    ];

    /// <summary>The tags of .NET's own instruments, by name.</summary>
    private static readonly Dictionary<string, Tag[]> Foreign = new(StringComparer.Ordinal)
    {
        ["kestrel.active_connections"] = KestrelTags,
        ["kestrel.queued_connections"] = KestrelTags,
        ["kestrel.rejected_connections"] = KestrelTags,
        ["kestrel.queued_requests"] = [.. KestrelTags, new("network_protocol_name"), new("network_protocol_version")],
        ["dotnet.exceptions"] = [],
        ["dotnet.gc.collections"] = Generations,
        ["dotnet.gc.heap.total_allocated"] = [],
        ["dotnet.gc.last_collection.heap.size"] = Generations,
        ["dotnet.gc.last_collection.memory.committed_size"] = [],
        ["dotnet.gc.pause.time"] = [],
        ["dotnet.monitor.lock_contentions"] = [],
        ["dotnet.thread_pool.work_item.count"] = [],
        ["dotnet.timer.count"] = [],
    };

    private static readonly InstrumentDefinition[] Definitions = [.. Fields<InstrumentDefinition>(typeof(Instruments))];

    private static readonly ApiCall[] Calls = [
        .. typeof(ApiCall).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Select(static call => (ApiCall)call.GetValue(null)!)
            // Only commands send it, and their calls are not exported.
            .Except([ApiCall.SelfReview]),
    ];

    [Fact]
    public async Task Every_metric_is_in_the_documentation_with_its_labels()
    {
        var heard = new ConcurrentDictionary<string, Instrument>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name is Instruments.ServerMeter or Instruments.ApiServerMeter
                    || TelemetrySetup.ForeignInstruments.Contains(instrument.Name))
                {
                    heard[instrument.Name] = instrument;
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
        string selfManagedMetrics;
        await using (var selfManaged = await RunningGuard.StartAsync(
            api.Url, options: standard => standard with { Certificates = new CertificateOptions { IsSelfManaged = true } }))
        {
            await selfManaged.UntilReadyAsync();
            selfManagedMetrics = await selfManaged.GetAsync("metrics");
        }

        await using var guard = await RunningGuard.StartAsync(api.Url);
        await guard.UntilReadyAsync();
        // One of each kind, so that what is exported has all its labels.
        await guard.AskAsync("mutate", Update(Namespace("oil", "oil=u1"), Namespace("gas", "oil=u1")));
        using var unanswerable = await guard.PostAsync("validate", "no review"u8.ToArray());

        Assert.Equal(
            Definitions.Select(static definition => definition.Name).Concat(Foreign.Keys).Order(StringComparer.Ordinal),
            heard.Keys.Order(StringComparer.Ordinal));
        Metric[] metrics = [
            .. Definitions.Select(static definition => Metric.Of(definition)),
            .. Foreign.Select(foreign => Metric.Of(heard[foreign.Key], foreign.Value)),
        ];
        AreKnown(selfManagedMetrics, metrics);
        AreKnown(await guard.GetAsync("metrics"), metrics);
        var text = new StringBuilder("| Metric | Kind | Labels | Meaning |\n|---|---|---|---|\n");
        foreach (var (name, kind, tags, description) in metrics.OrderBy(static metric => metric.Name, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{name}` | {kind} | {string.Join("; ", tags.Select(TextOf))} | {description} |\n");
        }

        Generated.BlockIs("deploy/docs/monitoring.md", "metrics", text.ToString());
    }

    [Fact]
    public void The_code_uses_exactly_the_values_of_a_tag()
    {
        (Tag Tag, IEnumerable<string> Used)[] all = [
            (Tags.Endpoint, Enum.GetValues<AdmissionPhase>().Select(ReviewTagValues.Endpoint)),
            (Tags.Operation, Enum.GetValues<Operation>().Select(ReviewTagValues.Operation)),
            (Tags.Transition, Enum.GetValues<TransitionKind>().Select(ReviewTagValues.Transition)),
            (Tags.ReviewOutcome, Answers().Select(ReviewTagValues.Outcome)),
            (Tags.Rule, PolicyRules.All.Select(static rule => ReviewTagValues.Rule(rule.Name))),
            (Tags.ShedReason, Enum.GetValues<ShedReason>().Select(ReviewTagValues.ShedReason)),
            (Tags.Listener, [ConnectionMetrics.Reviews, ConnectionMetrics.Health]),
            (Tags.ClosedConnection, [.. Enum.GetValues<ConnectionState>().Select(ConnectionMetrics.Word), ConnectionMetrics.NoRoom]),
            (Tags.ClientCertificateError, [
                RejectedClientCertificates.None, RejectedClientCertificates.Authority, RejectedClientCertificates.Name
            ]),
            (Tags.TenancyState, Enum.GetValues<ResolvedTenancyState>().Select(TenancyScanMetrics.Name)),
            (Tags.Call, Calls.Select(static call => call.Name)),
            (Tags.ReadCall, Calls.Where(static call => call.IsRead).Select(static call => call.Name)),
        ];

        Assert.All(
            all,
            static each => Assert.Equal(
                each.Used.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), each.Tag.Values.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Every_tag_is_one_of_an_instrument_and_has_values_or_says_which()
    {
        var tags = Fields<Tag>(typeof(Tags)).ToList();

        Assert.NotEmpty(tags);
        Assert.All(tags, static tag =>
        {
            Assert.Contains(Definitions, definition => definition.Tags.Contains(tag));
            Assert.True(!tag.Values.IsEmpty || tag.Note.Length > 0, $"{tag.Name} has any value");
        });
    }

    [Fact]
    public void No_value_of_a_tag_has_an_upper_case_letter() =>
        Assert.DoesNotContain(Fields<Tag>(typeof(Tags)).SelectMany(static tag => tag.Values), static value => value.Any(char.IsUpper));

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

        Assert.Equal(1, await guard.SumAsync("admissionguard_rules_total", "rule=\"protected-namespaces\"", "outcome=\"refused\""));
        Assert.Equal(2, await guard.SumAsync("admissionguard_review_duration_seconds_count", "outcome=\"forbidden\""));
    }

    /// <summary>An answer of each kind.</summary>
    private static IEnumerable<AdmissionAnswer> Answers() =>
    [
        .. Enum.GetValues<DenyReason>().Select(static reason => AdmissionAnswer.Of(new Verdict.Deny(reason, "no"))),
        AdmissionAnswer.BadRequest("no"),
        AdmissionAnswer.Pass,
        AdmissionAnswer.Of(Verdict.Allow.Unmodified with { Tolerated = "no" }),
        AdmissionAnswer.Of(new Verdict.Allow(new Completion([new(PatchAction.Remove, "/metadata", new PatchValue.Items([0]))]), [])),
    ];

    /// <summary>What is exported has no other names, kinds, labels and values than the documentation.</summary>
    private static void AreKnown(string exported, Metric[] metrics)
    {
        var types = Types().Matches(exported);
        Assert.NotEmpty(types);
        Assert.All(types, type =>
        {
            var known = Assert.Single(metrics, metric => metric.Name == type.Groups[1].Value);
            Assert.Equal(known.Kind, type.Groups[2].Value);
            Assert.All(LabelsOf(exported, known.Name), label => Assert.Contains(
                known.Tags, tag => tag.Name == label.Name && (tag.Values.IsEmpty || tag.Values.Contains(label.Value))));
        });
    }

    private static IEnumerable<(string Name, string Value)> LabelsOf(string exported, string metric) => Regex
        .Matches(exported, $"^{metric}(?:_bucket|_sum|_count)?{{(.*)}} ", RegexOptions.Multiline)
        .SelectMany(static sample => Label().Matches(sample.Groups[1].Value))
        .Select(static label => (label.Groups[1].Value, label.Groups[2].Value))
        .Where(static label => label.Item1 is not ("otel_scope_name" or "le"))
        .Distinct();

    private static string TextOf(Tag tag)
    {
        var values = string.Join(", ", tag.Values.Select(static value => value.All(char.IsAsciiDigit) ? value : $"`{value}`")) + tag.Note;
        return values.Length > 0 ? $"`{tag.Name}` ({values})" : $"`{tag.Name}`";
    }

    private static IEnumerable<T> Fields<T>(Type type) => type.GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(static field => field.GetValue(null))
        .OfType<T>();

    [GeneratedRegex("^# TYPE ((?:admissionguard|kestrel|process|dotnet)_[a-z_]+) ([a-z]+)$", RegexOptions.Multiline)]
    private static partial Regex Types();

    [GeneratedRegex("([a-z_]+)=\"([^\"]*)\"")]
    private static partial Regex Label();

    /// <summary>A metric, as Prometheus gets it.</summary>
    private sealed record Metric(string Name, string Kind, IReadOnlyList<Tag> Tags, string? Description)
    {
        public static Metric Of(InstrumentDefinition definition)
        {
            var kind = definition switch
            {
                CounterDefinition or ObservedCounterDefinition => "counter",
                HistogramDefinition => "histogram",
                _ => "gauge",
            };
            return new(NameOf(definition.Name, definition.Unit, kind), kind, definition.Tags, definition.Description);
        }

        public static Metric Of(Instrument instrument, IReadOnlyList<Tag> tags)
        {
            var kind = instrument.GetType().Name.Contains("UpDown", StringComparison.Ordinal) ? "gauge"
                : instrument.GetType().Name.Contains("Counter", StringComparison.Ordinal) ? "counter" : "gauge";
            return new(NameOf(instrument.Name, instrument.Unit, kind), kind, tags, instrument.Description);
        }

        private static string NameOf(string name, string? unit, string kind)
        {
            var suffix = unit switch
            {
                "s" => "_seconds",
                "By" => "_bytes",
                _ => "",
            };
            return $"{name.Replace('.', '_')}{suffix}{(kind == "counter" ? "_total" : "")}";
        }
    }
}
