using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Secrets;
using AdmissionGuard.Server.Certificates.SelfManaged;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AdmissionGuard.Tests.Certificates.SelfManaged;

/// <summary>What is read from the Secret. Alone, because what the whole process leaves to the garbage collector is counted.</summary>
[Collection(nameof(CertificateSecretContentTests))]
[CollectionDefinition(nameof(CertificateSecretContentTests), DisableParallelization = true)]
public sealed class CertificateSecretContentTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");
    private readonly TestCertificate _authority = TestCertificate.SelfSigned(CertificateSpec.Authority("test authority"));
    private StubCertificateApi _api = null!;
    private CertificateSecret _secret = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await StubCertificateApi.StartAsync();
        var kubeconfig = Path.Combine(_folder.FullName, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, TestKubeconfig.For(_api.Url));
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        _secret = new CertificateSecret(
            new ApiServerClient(
                new ClusterConnection(kubeconfig),
                new ApiServerMetrics(meters),
                TimeProvider.System,
                NullLogger<ApiServerClient>.Instance), "admissionguard-system", "admissionguard-tls");
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_key_that_is_read_is_not_left_open()
    {
        const int Times = 1000;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var found = await ReadAsync(key.ExportPkcs8PrivateKeyPem(), authority: "");
        GC.Collect();
        GC.WaitForPendingFinalizers();

        for (var time = 0; time < Times; time++)
        {
            Assert.Null(CertificateSecretContent.Read(found).SignerKey);
        }

        GC.Collect();
        Assert.InRange(GC.GetGCMemoryInfo(GCKind.Any).FinalizationPendingCount, 0, Times / 2);
    }

    [Fact]
    public async Task A_public_key_alone_signs_nothing()
    {
        using var key = _authority.Certificate.GetECDsaPublicKey()!;
        var (publicKey, privateKey) = (key.ExportSubjectPublicKeyInfoPem(), _authority.KeyPem);

        var half = CertificateSecretContent.Read(await ReadAsync(publicKey));
        var whole = CertificateSecretContent.Read(await ReadAsync(privateKey));

        Assert.Equal((1, null, null), (half.Bundle.Length, half.Signer, half.SignerKey));
        Assert.Equal((_authority.Certificate.SerialNumber, privateKey), (whole.Signer?.SerialNumber, whole.SignerKey));
    }

    private async Task<StoredSecret> ReadAsync(string key, string? authority = null)
    {
        _api.Secret["data"]!["ca.crt"] = Base64(authority ?? _authority.Pem);
        _api.Secret["data"]!["ca.key"] = Base64(key);
        using var deadline = new Deadline(TimeProvider.System, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        return Assert.IsType<ReadResult<StoredSecret>.Found>(await _secret.ReadAsync(deadline)).Value;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
