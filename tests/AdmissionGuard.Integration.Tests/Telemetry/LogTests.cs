using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AdmissionGuard.Core;
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

        using var passed = await _http.PostAsync(new Uri(guard.Reviews, "mutate"), RunningGuard.Json(review.Bytes()), Cancellation);
        review["request"]!["dryRun"] = true;
        using var dry = await _http.PostAsync(new Uri(guard.Reviews, "mutate"), RunningGuard.Json(review.Bytes()), Cancellation);
        await guard.StopAsync();

        var line = JsonNode.Parse(
            Assert.Single(guard.Tail().Split('\n'), line => line.Contains("\"EventId\":20", StringComparison.Ordinal)))!;
        var fields = line["State"]!.AsObject();
        Assert.Equal(
            "Code=200; From=oil; Generation=1; NamespaceName=billing; Operation=update; Outcome=overridden; OverrideReason=INC-7; Phase=Mutating; Reason=CHG-1; Rules=sourceCordoned,targetCordoned; SubResource=; To=gas; Transition=Migrate; Uid=705ab4f5-6393-11e8-b7cc-42010a800002; User=alice; Words=",
            string.Join(
                "; ",
                fields.Where(field => field.Key != "{OriginalFormat}")
                    .OrderBy(field => field.Key, StringComparer.Ordinal)
                    .Select(field => $"{field.Key}={field.Value}")));
        Assert.True(DateTimeOffset.TryParse((string?)line["Timestamp"], System.Globalization.CultureInfo.InvariantCulture, out _));
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

    [GeneratedRegex(@"Listening for reviews on (https://[^\s""]+)")]
    private static partial Regex ReviewsLine();
}
