using System.Runtime.InteropServices;
using AdmissionGuard.TestCluster;

[assembly: AssemblyFixture(typeof(AdmissionGuard.Aot.Tests.NativeBinary))]

namespace AdmissionGuard.Aot.Tests;

/// <summary>The native binary, published once: it takes both cores for minutes.</summary>
public sealed class NativeBinary : IAsyncLifetime
{
    // Not RuntimeInformation.RuntimeIdentifier: an SDK from a distribution names that instead of linux, and the lock files don't.
    private static readonly string Runtime = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => "linux-x64",
        Architecture.Arm64 => "linux-arm64",
        var other => throw new PlatformNotSupportedException($"src/Directory.Build.props names no runtime for {other}"),
    };

    /// <summary>Its file.</summary>
    public string File { get; } = Repository.File("artifacts", "native", "admissionguard");

    /// <summary>What its publishing printed.</summary>
    public string Output { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var publish = await new Command("dotnet",
        [
            "publish", Repository.File("src", "AdmissionGuard"), "--configuration", "Release", "--runtime", Runtime, "--output", Path.GetDirectoryName(File)!, "--nologo",
        ]).RunAsync();
        Output = publish.Output + publish.Error;
        Assert.True(publish.ExitCode == 0, Output);
    }

    public ValueTask DisposeAsync() => default;
}
