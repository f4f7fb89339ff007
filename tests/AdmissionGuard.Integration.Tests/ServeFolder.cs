using AdmissionGuard.TestCluster;

namespace AdmissionGuard.Integration.Tests;

/// <summary>What a <c>serve</c> of its own process is started with, in a folder of its own.</summary>
internal sealed class ServeFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The command line, up to the addresses.</summary>
    public async Task<string[]> CommandAsync(Uri apiServer, params string[] more)
    {
        var kubeconfig = Path.Combine(_folder.FullName, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, TestKubeconfig.For(apiServer), TestContext.Current.CancellationToken);
        var (certificate, key) = TestCertificate.Loopback.WriteTo(_folder.FullName);
        return [
            "dotnet",
            Path.Combine(AppContext.BaseDirectory, "admissionguard.dll"),
            "serve",
            "--kubeconfig",
            kubeconfig,
            "--tls-cert",
            certificate,
            "--tls-key",
            key,
            .. more,
        ];
    }

    public async Task<GuardProcess> StartAsync(
        Uri apiServer, IReadOnlyDictionary<string, string>? environment = null, params string[] more) =>
        await GuardProcess.StartAsync(
            await CommandAsync(apiServer, more), Path.Combine(_folder.FullName, "log"), TestContext.Current.CancellationToken, environment);
}
