using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using AdmissionGuard.Kubernetes.LeaderElection;
using k8s.Autorest;
using k8s.LeaderElection;

namespace AdmissionGuard.Kubernetes.Tests.LeaderElection;

/// <summary>No Lease is written over what another client wrote, and what is wrong with its API is told.</summary>
public sealed class LeaseLockTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _told = new();
    private CallsOfStub _it = null!;
    private LeaseLock _lease = null!;
    private (int Code, JsonObject Body) _get = (200, Lease());
    private (int Code, JsonObject Body) _write = (200, Lease("8"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static LeaderElectionRecord Record =>
        new() { HolderIdentity = "me", LeaseDurationSeconds = 15, AcquireTime = DateTime.UnixEpoch, RenewTime = DateTime.UnixEpoch };

    private IEnumerable<string?> Versions =>
        _it.Server.Requests.Where(request => request.Method == "PUT")
            .Select(request => (string?)JsonNode.Parse(request.Body)!["metadata"]!["resourceVersion"]);

    public async ValueTask InitializeAsync()
    {
        _it = await CallsOfStub.StartAsync((context, _) =>
        {
            var (code, body) = context.Request.Method == "GET" ? _get : _write;
            return StubServer.JsonAsync(context, code, body.ToJsonString());
        });
        _lease = new LeaseLock(_it.Calls, "admissionguard-system", "admissionguard", "me", _it.Time, _told.Enqueue);
    }

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task A_Lease_that_was_not_read_is_not_written()
    {
        Assert.False(await _lease.UpdateAsync(Record, Cancellation));

        Assert.Empty(Versions);
        Assert.Equal(["it can't be written, because it was not read before"], _told);
    }

    [Fact]
    public async Task The_version_that_was_read_goes_with_a_write_and_that_of_its_answer_with_the_next_one()
    {
        await _lease.GetAsync(Cancellation);

        Assert.True(await _lease.UpdateAsync(Record, Cancellation));
        Assert.True(await _lease.UpdateAsync(Record, Cancellation));

        Assert.Equal(["7", "8"], Versions);
        Assert.Empty(_told);
    }

    /// <summary>After each of them only another look tells what is stored.</summary>
    [Theory]
    [InlineData(409)]
    [InlineData(403)]
    [InlineData(500)]
    public async Task After_a_write_that_failed_nothing_is_written_before_the_Lease_is_read_again(int code)
    {
        await _lease.GetAsync(Cancellation);
        _write = (code, new JsonObject { ["kind"] = "Status" });

        Assert.False(await _lease.UpdateAsync(Record, Cancellation));
        Assert.False(await _lease.UpdateAsync(Record, Cancellation));

        Assert.Equal(["7"], Versions);
        Assert.Equal(code == 403, _told.Contains("the API server answered 403 to the guard"));
    }

    public static TheoryData<string, string> Strangers() => new()
    {
        { "no version", """{"kind":"Lease","metadata":{"name":"admissionguard","namespace":"admissionguard-system"}}""" },
        { "version 0, which makes writes unconditional", """{"kind":"Lease","metadata":{"name":"admissionguard","namespace":"admissionguard-system","resourceVersion":"0"}}""" },
        { "another name", """{"kind":"Lease","metadata":{"name":"other","namespace":"admissionguard-system","resourceVersion":"7"}}""" },
        { "another namespace", """{"kind":"Lease","metadata":{"name":"admissionguard","namespace":"default","resourceVersion":"7"}}""" },
        { "another kind", """{"kind":"ConfigMap","metadata":{"name":"admissionguard","namespace":"admissionguard-system","resourceVersion":"7"}}""" },
        { "a field of another type", """{"kind":"Lease","metadata":{"name":"admissionguard","namespace":"admissionguard-system","resourceVersion":7}}""" },
        { "no object", "[]" },
    };

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task What_is_not_this_Lease_whole_is_not_taken_for_it(string what, string body)
    {
        _it.Server.Answer = (context, _) => StubServer.JsonAsync(context, 200, body);

        await Assert.ThrowsAsync<HttpOperationException>(() => _lease.GetAsync(Cancellation));
        Assert.False(await _lease.UpdateAsync(Record, Cancellation), what);

        Assert.Empty(Versions);
    }

    [Fact]
    public async Task A_Lease_is_absent_only_where_the_API_server_says_so_of_this_one()
    {
        _get = (404, new JsonObject
        {
            ["kind"] = "Status",
            ["reason"] = "NotFound",
            ["details"] = new JsonObject { ["name"] = "admissionguard", ["group"] = "coordination.k8s.io", ["kind"] = "leases" },
        });
        Assert.Null(await _lease.GetAsync(Cancellation));
        Assert.Empty(_told);

        _get = (404, new JsonObject { ["kind"] = "Status", ["reason"] = "NotFound" });
        await Assert.ThrowsAsync<HttpOperationException>(() => _lease.GetAsync(Cancellation));
        Assert.Equal(["the API server answered 404 to the guard"], _told);
    }

    private static JsonObject Lease(string version = "7") => new()
    {
        ["apiVersion"] = "coordination.k8s.io/v1",
        ["kind"] = "Lease",
        ["metadata"] = new JsonObject
        {
            ["name"] = "admissionguard",
            ["namespace"] = "admissionguard-system",
            ["resourceVersion"] = version,
        },
        ["spec"] = new JsonObject
        {
            ["holderIdentity"] = "me",
            ["leaseDurationSeconds"] = 15,
            ["renewTime"] = "2025-01-31T12:00:00.000000Z",
            ["leaseTransitions"] = 3,
        },
    };
}
