using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AdmissionGuard.Server.Limits;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.Aot.Tests;

/// <summary>The native binary under the memory limit of <c>deploy/</c>: whatever clients do, it lives and answers.</summary>
public sealed partial class MemoryTests(NativeBinary binary) : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");
    private readonly ConcurrentBag<TcpClient> _open = [];
    private StubApiServer _api = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The limit of the Deployment, in bytes.</summary>
    private static long Limit =>
        long.Parse(
            MemoryLimit().Match(File.ReadAllText(Repository.File("deploy", "base", "deployment.yaml"))).Groups[1].Value,
            CultureInfo.InvariantCulture) * 1024 * 1024;

    public async ValueTask InitializeAsync()
    {
        (await new Command(Repository.File("certs-scripts", "make-certs.sh"), ["--dir", _folder.FullName]).RunAsync(Cancellation)).Ok();
        _api = await StartApiAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _open)
        {
            connection.Dispose();
        }

        await _api.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Under_the_limit_of_the_Deployment_it_lives_and_answers_whatever_clients_do()
    {
        var (cgroup, whyNot) = MemoryCgroup.Create(Limit);
        using (cgroup)
        {
            // Without the kernel's limit, the collector's; and its peak is held to the limit in both cases.
            TestContext.Current.TestOutputHelper?.WriteLine(
                cgroup is null ? $"no limit of the kernel's, the collector's alone: {whyNot}" : "under a limit of the kernel's");
            await using var guard = await StartAsync(cgroup);
            var process = int.Parse(await File.ReadAllTextAsync(At("pid"), Cancellation), CultureInfo.InvariantCulture);
            var peaks = new List<string> { $"at rest {PeakOf(process)} MiB" };

            // Thirty connections of one stranger's that upload 6.9 MB each and stop; others that use up the whole budget.
            await Parallel.ForEachAsync(
                Enumerable.Range(0, 30), Cancellation, async (_, _) => await UploadAsync(guard.Reviews, 2, 6_900_000));
            await Parallel.ForEachAsync(
                Enumerable.Range(3, 4),
                Cancellation,
                async (stranger, _) => await UploadAsync(guard.Reviews, stranger, ReviewLimits.MaxBodyBytes - 1000));
            peaks.Add($"with uploads that stall {PeakOf(process)} MiB");

            // As many connections as there may be, of strangers that stall in the middle of a body that costs nothing.
            await Parallel.ForEachAsync(
                Enumerable.Range(0, ServerLimits.DefaultConnections),
                Cancellation,
                async (number, _) => await UploadAsync(guard.Reviews, 2 + (number % 5), ServerLimits.FreeBodyBytes - 100));
            peaks.Add($"with {ServerLimits.DefaultConnections} connections {PeakOf(process)} MiB");

            // Complete reviews, several at a time, each of which takes as much as it can.
            using var http = Client();
            var codes = new ConcurrentBag<HttpStatusCode>();
            var others = new ConcurrentBag<string>();
            foreach (var (review, count) in Reviews())
            {
                await Parallel.ForEachAsync(Enumerable.Range(
                    0,
                    count), new ParallelOptions
                    {
                        MaxDegreeOfParallelism = 12,
                        CancellationToken = Cancellation,
                    }, async (_, cancellation) =>
                {
                    using var answer = await http.PostAsync(new Uri(guard.Reviews, "mutate?timeout=30s"), Json(review), cancellation);
                    codes.Add(answer.StatusCode);
                    if (answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.TooManyRequests))
                    {
                        others.Add(await answer.Content.ReadAsStringAsync(cancellation));
                    }
                });
            }

            peaks.Add($"with large reviews {PeakOf(process)} MiB");
            TestContext.Current.TestOutputHelper?.WriteLine(string.Join("; ", peaks));
            Assert.Empty(others);
            Assert.True(
                codes.Count(code => code is HttpStatusCode.OK) >= codes.Count / 2,
                $"{codes.Count(code => code is HttpStatusCode.OK)} of {codes.Count} were answered");
            using var ordinary = await http.PostAsync(new Uri(guard.Reviews, "validate"), Json(Review("", "oil")), Cancellation);
            Assert.Equal(HttpStatusCode.OK, ordinary.StatusCode);
            Assert.InRange(PeakOf(process), 1, Limit / 1024 / 1024);
            Assert.DoesNotContain("OutOfMemory", guard.Tail(), StringComparison.Ordinal);
        }
    }

    private static HttpClient Client() =>
        new(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });

    private static ByteArrayContent Json(byte[] body) =>
        new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    /// <summary>Moves between tenants, whose rules look at every annotation, and how often each is sent.</summary>
    private static IEnumerable<(byte[] Review, int Count)> Reviews()
    {
        // The largest size: both objects are, and their reasons take most of it; the rest is nothing that is stored.
        // Of text no more than is stored, at six bytes a character.
        var reason = string.Concat(Enumerable.Repeat("\\u003c", 2_000_000));
        var largest = Review(reason, "gas", rest: new string('x', ReviewLimits.MaxBodyBytes - (2 * reason.Length) - 4000));
        yield return (largest, 12);
        // Many of a middling size, which are mostly reasons.
        yield return (Review(new string('x', 1_000_000), "gas"), 60);
        // A name of a megabyte, each character of which takes six bytes in a review and in an access review.
        yield return (Review("", "gas", user: string.Concat(Enumerable.Repeat("\\u003c", 1_000_000))), 12);
    }

    private static byte[] Review(string reason, string tenant, string user = "alice", string rest = "") => Encoding.UTF8.GetBytes($$$"""
        {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u","operation":"UPDATE","kind":{"group":"","version":"v1","kind":"Namespace"},"name":"billing",
        "userInfo":{"username":"{{{user}}}"},"object":{{{Namespace(reason, tenant)}}},"oldObject":{{{Namespace(reason, "oil")}}},"rest":"{{{rest}}}"}}
        """);

    private static string Namespace(string reason, string tenant) => $$$"""
        {"kind":"Namespace","apiVersion":"v1","metadata":{"name":"billing","resourceVersion":"1","labels":{"capsule.clastix.io/tenant":"{{{tenant}}}"},"annotations":{"admissionguard.io/reason":"{{{reason}}}"},
        "ownerReferences":[{"apiVersion":"capsule.clastix.io/v1beta2","kind":"Tenant","name":"oil","uid":"oil-uid"}]}}
        """;

    /// <summary>An API server on which every tenant lives, forbids some annotations, and everything is granted.</summary>
    private static async Task<StubApiServer> StartApiAsync()
    {
        var api = await StubApiServer.StartAsync();
        api.Tenant = (context, name) =>
        {
            var tenant = StubApiServer.TenantJson(name);
            tenant["spec"] = new JsonObject
            {
                ["namespaceOptions"] = new JsonObject { ["forbiddenAnnotations"] = new JsonObject { ["denied"] = new JsonArray("b") } },
            };
            return StubApiServer.AnswerAsync(context, 200, tenant);
        };
        return api;
    }

    /// <summary>The most memory that a process ever had, in MiB.</summary>
    private static long PeakOf(int process) => long.Parse(
        File.ReadLines($"/proc/{process}/status")
            .First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;

    private async Task<GuardProcess> StartAsync(MemoryCgroup? cgroup)
    {
        await File.WriteAllTextAsync(At("kubeconfig"), TestKubeconfig.For(_api.Url), Cancellation);
        var environment = cgroup is null
            ? new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = (Limit * 3 / 4).ToString("X", CultureInfo.InvariantCulture) }
            : null;
        return await GuardProcess.StartAsync(
            [
                "/bin/sh",
                "-c",
                "for file in \"$0\" $1; do echo $$ >\"$file\"; done; shift; exec \"$@\"",
                At("pid"),
                cgroup?.Processes ?? "",
                binary.File, "serve", "--kubeconfig", At("kubeconfig"), "--tls-cert", At("tls.crt"), "--tls-key", At("tls.key"),
            ],
            At("log"),
            Cancellation,
            environment);
    }

    /// <summary>Begins a body of one byte more, from an address of loopback, and stops.</summary>
    private async Task UploadAsync(Uri server, int address, int bytes)
    {
        var tcp = new TcpClient(new IPEndPoint(new IPAddress([127, 0, 0, (byte)address]), 0));
        _open.Add(tcp);
        try
        {
            await tcp.ConnectAsync(server.Host, server.Port, Cancellation);
            var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
            await tls.AuthenticateAsClientAsync("guard");
            await tls.WriteAsync(
                Encoding.ASCII.GetBytes(
                    $"POST /validate HTTP/1.1\r\nHost: guard\r\nContent-Type: application/json\r\nContent-Length: {bytes + 1}\r\n\r\n"),
                Cancellation);
            var spaces = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));
            for (var left = bytes; left > 0; left -= spaces.Length)
            {
                await tls.WriteAsync(spaces.AsMemory(0, Math.Min(left, spaces.Length)), Cancellation);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
        {
            // Closed to make room for another one, as it is to be.
        }
    }

    private string At(string file) => Path.Combine(_folder.FullName, file);

    [GeneratedRegex(@"limits:\n\s+memory: (\d+)Mi")]
    private static partial Regex MemoryLimit();
}
