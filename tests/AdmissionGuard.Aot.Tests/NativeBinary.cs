using System.Runtime.InteropServices;

[assembly: AssemblyFixture(typeof(AdmissionGuard.Aot.Tests.NativeBinary))]

namespace AdmissionGuard.Aot.Tests;

/// <summary>
/// The native binary, published once, since that takes both cores for minutes: by the Dockerfile, or plainly where no image can be built.
/// </summary>
public sealed class NativeBinary : IAsyncLifetime
{
    private Image? _image;
    private string _whyNot = "";

    /// <summary>Its file.</summary>
    public string File { get; private set; } = Repository.File("artifacts", "native", "admissionguard");

    /// <summary>What its publishing printed.</summary>
    public string Output { get; private set; } = "";

    /// <summary>The image that it is from. A test that asks for it where none can be built is skipped.</summary>
    public Image Image
    {
        get
        {
            Assert.SkipWhen(_image is null, _whyNot);
            return _image;
        }
    }

    // Not RuntimeInformation.RuntimeIdentifier: an SDK from a distribution names that instead of linux, and the lock files don't.
    internal static string Runtime => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => "linux-x64",
        Architecture.Arm64 => "linux-arm64",
        var other => throw new PlatformNotSupportedException($"src/Directory.Build.props names no runtime for {other}"),
    };

    public async ValueTask InitializeAsync()
    {
        (_image, _whyNot) = await Image.BuildAsync();
        if (_image is not null)
        {
            (File, Output) = (Path.Combine(_image.Root, "admissionguard"), _image.Log);
            return;
        }

        await Console.Error.WriteLineAsync($"{_whyNot}\nimage: publishing the binary without it");
        var publish = await new Command("dotnet",
        [
            "publish",
            Repository.File("src", "AdmissionGuard"),
            "--configuration",
            "Release",
            "--runtime",
            Runtime,
            "--output",
            Path.GetDirectoryName(File)!,
            "--nologo",
        ]).RunAsync();
        Output = publish.Output + publish.Error;
        Assert.True(publish.ExitCode == 0, Output);
    }

    public ValueTask DisposeAsync() => default;
}
