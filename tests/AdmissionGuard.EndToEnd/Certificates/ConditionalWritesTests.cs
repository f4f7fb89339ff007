using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.LeaderElection;
using AdmissionGuard.Kubernetes.Secrets;
using AdmissionGuard.Kubernetes.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using k8s.LeaderElection;

namespace AdmissionGuard.EndToEnd.Certificates;

/// <summary>
/// What the guard writes is refused by a real API server where another client wrote the object meanwhile; and absence is told from all
/// else.
/// </summary>
[Collection(nameof(BareCluster))]
public sealed class ConditionalWritesTests : IDisposable
{
    private readonly BareCluster _cluster;
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ApiServerClient _calls;
    private readonly string _name = $"written-{Guid.NewGuid():N}"[..20];

    public ConditionalWritesTests(BareCluster cluster)
    {
        _cluster = cluster;
        _calls = new ApiServerClient(
            new ClusterConnection(cluster.Plane.Admin.Kubeconfig),
            new ApiServerMetrics(_services.GetRequiredService<IMeterFactory>()),
            TimeProvider.System,
            NullLogger<ApiServerClient>.Instance);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task A_Lease_is_written_by_who_read_it_last_and_by_nobody_who_did_not()
    {
        var told = new List<string>();
        var (mine, others) = (Lease("mine"), Lease("other's"));
        Assert.Null(await mine.GetAsync(Cancellation));
        Assert.True(await mine.CreateAsync(Record("mine"), Cancellation));
        Assert.False(await others.CreateAsync(Record("other's"), Cancellation));
        Assert.False(await others.UpdateAsync(Record("other's"), Cancellation));

        Assert.Equal("mine", (await others.GetAsync(Cancellation)).HolderIdentity);
        await mine.GetAsync(Cancellation);
        Assert.True(await mine.UpdateAsync(Record("mine", renewals: 1), Cancellation));
        Assert.True(await mine.UpdateAsync(Record("mine", renewals: 2), Cancellation));
        Assert.False(await others.UpdateAsync(Record("other's"), Cancellation));

        Assert.Equal("mine", (await mine.GetAsync(Cancellation)).HolderIdentity);
        Assert.Equal(["it can't be written, because it was not read before"], told);

        LeaseLock Lease(string identity) => new(_calls, "default", _name, identity, TimeProvider.System, told.Add);
    }

    [Fact]
    public async Task A_Secret_is_not_written_over_what_somebody_else_wrote()
    {
        var secret = new CertificateSecret(_calls, "default", _name);
        Assert.IsType<ReadResult<StoredSecret>.NotFound>(await WithinAsync(secret.ReadAsync));
        await _cluster.Plane.Admin.OkAsync("-n", "default", "create", "secret", "generic", _name, "--from-literal=tls.crt=old");
        var found = Assert.IsType<ReadResult<StoredSecret>.Found>(await WithinAsync(secret.ReadAsync)).Value;
        await _cluster.Plane.Admin.OkAsync("-n", "default", "annotate", "secret", _name, "somebody=else");

        var written = await WithinAsync(
            deadline => secret.WriteAsync(
                found,
                ImmutableDictionary<string, string>.Empty.Add("tls.crt", "new"),
                ImmutableDictionary<string, string?>.Empty,
                deadline));
        Assert.Equal(ApiFailureKind.Conflict, Assert.IsType<ReadResult<StoredSecret>.Failed>(written).Failure.Kind);

        Assert.Equal("old", Assert.IsType<ReadResult<StoredSecret>.Found>(await WithinAsync(secret.ReadAsync)).Value.Data("tls.crt"));
    }

    [Fact]
    public async Task An_authority_is_not_published_over_what_somebody_else_wrote()
    {
        var webhooks = new WebhookConfigurations(_calls, _name);
        Assert.Equal((0, null), ((await WithinAsync(webhooks.ReadAsync)).Webhooks.Length, (await WithinAsync(webhooks.ReadAsync)).Failure));
        await _cluster.Plane.Admin.ApplyAsync($$"""
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: {name: {{_name}}}
            webhooks:
            - name: validate.admissionguard.io
              admissionReviewVersions: [v1]
              sideEffects: None
              failurePolicy: Ignore
              rules: [{apiGroups: [nobody.example.com], apiVersions: [v1], operations: [CREATE], resources: [things]}]
              clientConfig: {url: "https://127.0.0.1:9/"}
            """);
        try
        {
            var read = await WithinAsync(webhooks.ReadAsync);
            await _cluster.Plane.Admin.OkAsync("annotate", "validatingwebhookconfiguration", _name, "somebody=else");

            var failure = await WithinAsync(deadline => webhooks.PublishAsync(read.Webhooks, "first", deadline));
            Assert.Equal(("validatingwebhookconfigurations", ApiFailureKind.Conflict), (failure?.Resource, failure?.Failure.Kind));

            var again = await WithinAsync(webhooks.ReadAsync);
            Assert.Equal("", Assert.Single(again.Webhooks).Bundle);
            // The API server checks that it is a certificate.
            var authority = TestCertificate.Loopback.Pem.TrimEnd();
            Assert.Null(await WithinAsync(deadline => webhooks.PublishAsync(again.Webhooks, authority, deadline)));
            Assert.Equal(authority, Assert.Single((await WithinAsync(webhooks.ReadAsync)).Webhooks).Bundle);
        }
        finally
        {
            await _cluster.Plane.Admin.OkAsync("delete", "validatingwebhookconfiguration", _name);
        }
    }

    // The API server keeps the version of an object that is written as it was.
    private static LeaderElectionRecord Record(string holder, int renewals = 0) => new()
    {
        HolderIdentity = holder,
        LeaseDurationSeconds = 15,
        AcquireTime = DateTime.UnixEpoch,
        RenewTime = DateTime.UnixEpoch.AddSeconds(renewals),
    };

    private static async Task<T> WithinAsync<T>(Func<Deadline, Task<T>> call)
    {
        using var deadline = new Deadline(TimeProvider.System, TimeSpan.FromSeconds(30), Cancellation);
        return await call(deadline);
    }
}
