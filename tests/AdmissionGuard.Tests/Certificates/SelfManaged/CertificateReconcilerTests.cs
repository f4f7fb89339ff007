using System.Diagnostics.Metrics;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Secrets;
using AdmissionGuard.Kubernetes.Webhooks;
using AdmissionGuard.Server.Certificates;
using AdmissionGuard.Server.Certificates.SelfManaged;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionGuard.Tests.Certificates.SelfManaged;

/// <summary>The leader's work, where it is in the way of somebody else's.</summary>
public sealed class CertificateReconcilerTests : IAsyncLifetime
{
    private static readonly Lifetimes Lives = new(TimeSpan.FromDays(90), TimeSpan.FromDays(1800));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly List<string> _told = [];
    private StubCertificateApi _api = null!;
    private CertificateSecret _secret = null!;
    private CertificateReconciler _reconciler = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await StubCertificateApi.StartAsync();
        var kubeconfig = Path.Combine(_folder.FullName, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, TestKubeconfig.For(_api.Url));
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        var calls = new ApiServerClient(
            new ClusterConnection(kubeconfig), new ApiServerMetrics(meters), TimeProvider.System, NullLogger<ApiServerClient>.Instance);
        _secret = new CertificateSecret(calls, "admissionguard-system", "admissionguard-tls");
        _reconciler = new CertificateReconciler(
            _secret,
            new WebhookConfigurations(calls, "00-admissionguard"),
            new RotationPlanner(Lives),
            new CertificateIssuer("admissionguard", new CertificateOptions().AllNames, Lives),
            _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task An_empty_Secret_is_filled_whatever_else_is_in_it_stays_and_no_key_is_told()
    {
        await KeepAsync();

        Assert.Equal("kept", (string?)_api.Secret["metadata"]!["labels"]!["mine"]);
        Assert.Equal("mine", _api.Text("other"));
        Assert.True((bool)_api.Secret["fieldOfTomorrow"]!);
        var authority = Assert.Single(CaBundlePem.Read(_api.Text("ca.crt")));
        Assert.True(
            CaBundlePem.HasSigned(authority, CertificatePair.Read(_api.Text("tls.crt"), _api.Text("tls.key"), _time.GetUtcNow())));
        Assert.Contains("PRIVATE KEY", _api.Text("ca.key"), StringComparison.Ordinal);
        Assert.Equal(2, _told.Count);
        Assert.All(_told, told => Assert.DoesNotContain("KEY", told, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task What_somebody_else_wrote_meanwhile_is_not_overwritten_and_the_next_look_goes_on_from_it()
    {
        _api.BeforeWrite = api => api.Touch();

        Assert.Null(await KeepAsync());
        Assert.Equal("", _api.Text("ca.crt"));

        _api.BeforeWrite = _ => { };
        await KeepAsync();
        Assert.NotEqual("", _api.Text("tls.crt"));
    }

    [Fact]
    public async Task Who_leads_no_longer_writes_no_more()
    {
        var steps = 0;
        await KeepAsync(mayGoOn: () => ++steps <= 1);

        Assert.NotEqual("", _api.Text("ca.crt"));
        Assert.Equal("", _api.Text("tls.crt"));
    }

    [Fact]
    public async Task A_certificate_of_nobody_s_in_the_Secret_gives_way_to_the_one_that_is_served()
    {
        await KeepAsync();
        var served = CertificatePair.Read(_api.Text("tls.crt"), _api.Text("tls.key"));
        var strange = TestCertificate.SelfSigned(CertificateSpec.Authority("test authority")).Issue(CertificateSpec.Loopback);
        _api.Secret["data"]!["tls.crt"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(strange.Pem));
        _api.Secret["data"]!["tls.key"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(strange.KeyPem));

        await KeepAsync(served);

        Assert.Equal(served.Pem.Certificate, _api.Text("tls.crt"));
        Assert.Single(CaBundlePem.Read(_api.Text("ca.crt")));
    }

    private async Task<string?> KeepAsync(CertificatePair? served = null, Func<bool>? mayGoOn = null)
    {
        using var deadline = new Deadline(TimeProvider.System, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        var found = Assert.IsType<ReadResult<StoredSecret>.Found>(await _secret.ReadAsync(deadline)).Value;
        return (await _reconciler.KeepAsync(
            found, served, mayGoOn ?? (() => true), _told.Add, TestContext.Current.CancellationToken)).Failure;
    }
}
