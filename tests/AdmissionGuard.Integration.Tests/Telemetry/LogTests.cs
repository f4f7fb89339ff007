using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AdmissionGuard.Core;
using AdmissionGuard.TestCluster;
using Microsoft.Extensions.Logging;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Integration.Tests.Telemetry;

/// <summary>What a process writes to its standard output.</summary>
public sealed partial class LogTests : IAsyncLifetime
{
    // More than the logger's queue and the pipe hold together.
    private const int MoreThanFits = 4000;

    private readonly ServeFolder _folder = new();
    private readonly HttpClient _http = new(
        new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
    private StubApiServer _api = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _api = await StubApiServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _folder.Dispose();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task A_log_line_only_shows()
    {
        await using var api = await StubApiServer.StartAsync();
        using var folder = new ServeFolder();
        await using var guard = await folder.StartAsync(api.Url, more: ["--set", "exemptUsers=a\u202eb\u200d"]);
        await guard.StopAsync();

        Assert.Contains(@"a\u202Eb\u200D", guard.Tail(), StringComparison.Ordinal);
        Assert.All(guard.Tail().Split('\n'), line => Assert.True(Printable.Is(line), line));
    }

    [Fact]
    public async Task A_decision_is_one_line_of_JSON_with_each_thing_that_an_auditor_asks_for_in_a_field_of_its_own()
    {
        _api.Tenant = (context, name) =>
        {
            var tenant = StubApiServer.TenantJson(name);
            tenant["spec"] = new JsonObject { ["cordoned"] = true };
            return StubApiServer.AnswerAsync(context, 200, tenant);
        };
        await using var guard = await _folder.StartAsync(_api.Url);
        var review = Update(Namespace("oil", "oil=u1"), Namespace("gas", "oil=u1"));
        var received = review["request"]!["object"]!["metadata"]!["annotations"]!;
        (received["admissionguard.io/reason"], received["admissionguard.io/override"]) = ("CHG-1", "INC-7");

        await PostAsync(guard, "mutate", review);
        await PostAsync(guard, "validate", Completed(review));
        review["request"]!["dryRun"] = true;
        await PostAsync(guard, "mutate", review);
        await PostAsync(guard, "validate", Completed(review));
        await guard.StopAsync();

        var line = Assert.Single(Decisions(guard));
        var fields = line["State"]!.AsObject();
        Assert.Equal(
            "Code=200; From=oil; Generation=1; NamespaceName=billing; Operation=update; Outcome=overridden; OverrideReason=INC-7; Phase=Validating; Reason=CHG-1; Rules=sourceCordoned,targetCordoned; To=gas; Transition=Migrate; Uid=705ab4f5-6393-11e8-b7cc-42010a800002; User=alice",
            string.Join(
                "; ",
                fields.OrderBy(field => field.Key, StringComparer.Ordinal)
                    .Select(field => $"{field.Key}={field.Value}")));
        Assert.True(DateTimeOffset.TryParse((string?)line["Timestamp"], System.Globalization.CultureInfo.InvariantCulture, out _));
    }

    [Theory]
    [InlineData("info", "Validating")]
    [InlineData("DEBUG", "Mutating, Validating")]
    public async Task A_move_is_one_line_and_two_only_for_who_asks_for_both(string level, string phases)
    {
        await using var guard = await _folder.StartAsync(_api.Url, more: ["--log-level", level]);
        var review = Update(Namespace("oil", "oil=u1"), Namespace("gas", "oil=u1"));

        await PostAsync(guard, "mutate", review);
        await PostAsync(guard, "validate", Completed(review));
        await guard.StopAsync();

        Assert.Equal(phases, string.Join(", ", Decisions(guard).Select(line => line["State"]!["Phase"])));
    }

    [Theory]
    [InlineData(LogLevel.Information, 1)]
    [InlineData(LogLevel.Warning, 0)]
    [InlineData(LogLevel.Error, 0)]
    public async Task A_decision_is_logged_from_level_info_on(LogLevel level, int lines)
    {
        await using var guard = await RunningGuard.StartAsync(_api.Url, options: standard => standard with { Log = new(Level: level) });

        await guard.AskAsync("validate", Update(Namespace("oil", "oil=u1"), Namespace("No_Tenant", "oil=u1")));

        Assert.Equal(lines, guard.Log.Take().Length);
    }

    [Fact]
    public async Task Each_webhook_logs_what_it_refuses_itself()
    {
        _api.AccessReview = (context, _) => StubApiServer.AnswerAsync(context, 201, StubApiServer.AccessReviewJson(allowed: false));
        await using var guard = await _folder.StartAsync(_api.Url);
        var review = Update(Namespace("oil", "oil=u1"), Namespace("gas", "oil=u1"));

        await PostAsync(guard, "mutate", review);
        await PostAsync(guard, "validate", Completed(review));
        await guard.StopAsync();

        Assert.Equal(
            ["Mutating denied 403", "Validating denied 403"],
            Decisions(guard).Select(line => line["State"]!).Select(state => $"{state["Phase"]} {state["Outcome"]} {state["Code"]}"));
    }

    [Fact]
    public async Task No_line_has_an_empty_field_or_the_format_of_its_text()
    {
        await using var guard = await _folder.StartAsync(_api.Url);
        await PostAsync(guard, "validate", Update(Namespace("oil", "oil=u1"), Namespace("No_Tenant", "oil=u1")));
        await guard.StopAsync();

        var fields = guard.Tail().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(line => JsonNode.Parse(line)!["State"]?.AsObject() ?? [])
            .ToList();
        Assert.True(fields.Count > 10, $"{fields.Count} fields");
        Assert.All(fields, field => Assert.NotEqual("", field.Value?.ToString() ?? ""));
        Assert.DoesNotContain(fields, field => field.Key.Contains('{', StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_first_line_names_the_version_and_what_differs_from_the_defaults()
    {
        await using var guard = await _folder.StartAsync(_api.Url, more: ["--set", "mode=warn", "--max-lookups", "500", "--drain", "0s"]);
        await guard.StopAsync();

        var first = JsonNode.Parse(guard.Tail().Split('\n')[0])!;
        Assert.Matches(@"^\d+\.\d+\.\d+", (string?)first["State"]!["Version"]);
        var flags = (string?)first["State"]!["Flags"];
        Assert.Matches("^--kubeconfig=[^ ]+; --listen=[^ ]+; --tls-cert=[^ ]+; --tls-key=[^ ]+; --health-listen=[^ ]+; --drain=0s$", flags);
        Assert.Equal("mode=warn", (string?)first["State"]!["Settings"]);
    }

    [Fact]
    public async Task The_text_is_one_line_for_each_event_whatever_a_user_chose()
    {
        await using var guard = await _folder.StartAsync(_api.Url, more: ["--log-format", "text"]);
        var review = Update(Namespace("oil", "oil=u1"), Namespace("gas", "oil=u1"), "status");
        review["request"]!["userInfo"]!["username"] = "alice\n2026-01-01T00:00:00.000Z INFO  x[1]: forged\u2028";
        await PostAsync(guard, "validate", review);
        await PostAsync(guard, "validate", new JsonObject { ["a\nb"] = "\u001b[31m" });
        await guard.StopAsync();

        var lines = guard.Tail().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (INFO |WARN ) \w+\[\d+\]: [^ ]", line));
        Assert.All(lines, line => Assert.True(Printable.Is(line), line));
        var decision = Assert.Single(lines, line => line.Contains("ReviewEndpoints[20]: Validating: denied ", StringComparison.Ordinal));
        Assert.Contains(" user=\"alice?2026-01-01T00:00:00.000Z INFO  x[1]: forged?\" ", decision, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_of_the_log_that_stalls_holds_up_no_review_and_is_told_how_much_it_missed()
    {
        var command = await _folder.CommandAsync(_api.Url, "--listen", "127.0.0.1:0", "--health-listen", "127.0.0.1:0", "--drain", "0s");
        using var process = Process.Start(
            new ProcessStartInfo(
                command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        try
        {
            // Read until it listens, and then not any more.
            Match at;
            do
            {
                at = ReviewsLine().Match(
                    await process.StandardOutput.ReadLineAsync(Cancellation) ?? throw new InvalidOperationException("it ended"));
            }
            while (!at.Success);

            var reviews = new Uri(at.Groups[1].Value);
            var refused = Update(Namespace("oil", "oil=u1"), Namespace("No_Tenant", "oil=u1")).Bytes();
            await Parallel.ForEachAsync(Enumerable.Range(
                0,
                MoreThanFits), new ParallelOptions
                {
                    MaxDegreeOfParallelism = 8,
                    CancellationToken = Cancellation,
                }, async (_, cancellation) =>
            {
                using var response = await _http.PostAsync(new Uri(reviews, "mutate"), RunningGuard.Json(refused), cancellation);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            });

            var reading = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, Cancellation);
            var told = process.StandardError.ReadLineAsync(Cancellation).AsTask();
            await Poll.UntilAsync(
                "the number of lines dropped",
                TimeSpan.FromMinutes(1),
                async () =>
                {
                    using var response = await _http.PostAsync(new Uri(reviews, "mutate"), RunningGuard.Json(refused), Cancellation);
                    return told.IsCompleted;
                },
                Cancellation);
            Assert.Matches(@"^[1-9]\d* message\(s\) dropped because of queue size limit\. ", await told);
            process.Kill();
            await reading;
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(Cancellation);
        }
    }

    private static List<JsonNode> Decisions(GuardProcess guard) =>
    [
        .. guard.Tail().Split('\n')
            .Where(line => line.Contains("\"EventId\":20", StringComparison.Ordinal))
            .Select(line => JsonNode.Parse(line)!),
    ];

    /// <summary>The review as it comes to /validate, after /mutate has completed it.</summary>
    private static JsonObject Completed(JsonObject review)
    {
        var completed = review.DeepClone().AsObject();
        completed["request"]!["object"]!["metadata"]!["ownerReferences"] =
            Namespace("gas", "gas=gas-uid")["metadata"]!["ownerReferences"]!.DeepClone();
        return completed;
    }

    private async Task PostAsync(GuardProcess guard, string path, JsonObject review)
    {
        using var response = await _http.PostAsync(new Uri(guard.Reviews, path), RunningGuard.Json(review.Bytes()), Cancellation);
    }

    [GeneratedRegex(@"Listening for reviews on (https://[^\s""]+)")]
    private static partial Regex ReviewsLine();
}
