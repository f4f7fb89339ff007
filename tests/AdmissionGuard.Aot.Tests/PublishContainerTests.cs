using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AdmissionGuard.Aot.Tests;

/// <summary>
/// The image that the SDK builds by itself is the Dockerfile's. The binary is not compiled again for it: <c>-t:PublishContainer</c> alone
/// takes what lies there.
/// </summary>
public sealed partial class PublishContainerTests(NativeBinary binary) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-container-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_SDK_builds_an_image_that_runs_as_the_Dockerfile_s_does()
    {
        await using var registry = await StubRegistry.StartAsync(
            RuntimeInformation.ProcessArchitecture is Architecture.Arm64 ? "arm64" : "amd64");

        var publish = await PublishAsync(registry.Name, $"-p:ContainerBaseImage={registry.Image}");

        Assert.True(publish.ExitCode == 0, publish.Output + publish.Error);
        var (configuration, layer) = await OpenAsync();
        var labels = configuration["Labels"]!;
        Assert.Equal(InDockerfile("USER"), $"{configuration["User"]}");
        Assert.Equal(InDockerfile("CMD"), configuration["Cmd"]!.ToJsonString());
        Assert.Equal(
            InDockerfile("EXPOSE").Split(' ').Select(port => $"{port}/tcp").Order(StringComparer.Ordinal),
            configuration["ExposedPorts"]!.AsObject().Select(port => port.Key).Order(StringComparer.Ordinal));
        Assert.Equal("""["/app/admissionguard"]""", configuration["Entrypoint"]!.ToJsonString());
        Assert.Equal(
            InDockerfile("LABEL"),
            string.Join(
                ' ',
                new[] { "title", "description" }.Select(
                    label => $"org.opencontainers.image.{label}=\"{labels[$"org.opencontainers.image.{label}"]}\"")));
        Assert.Equal(["app/", "app/admissionguard"], layer.Select(path => path == "app" ? "app/" : path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_SDK_pushes_the_image_with_the_command_that_is_printed()
    {
        await using var registry = await StubRegistry.StartAsync(
            RuntimeInformation.ProcessArchitecture is Architecture.Arm64 ? "arm64" : "amd64");
        var printed = await File.ReadAllTextAsync(Repository.File("deploy", "docs", "image.md"), Cancellation);
        Assert.Contains(
            "-p:ContainerRegistry=registry.example.com -p:ContainerRepository=platform/admissionguard", printed, StringComparison.Ordinal);

        var publish = await PublishAsync(
            registry.Name,
            $"-p:ContainerBaseImage={registry.Image}",
            "-p:ContainerArchiveOutputPath=",
            $"-p:ContainerRegistry={registry.Name}",
            "-p:ContainerRepository=platform/admissionguard");

        Assert.True(publish.ExitCode == 0, publish.Output + publish.Error);
        Assert.Equal(["platform/admissionguard:0.1.0"], registry.Pushed);
    }

    [Fact]
    public async Task Without_a_base_image_the_SDK_takes_none_of_its_own_choice()
    {
        var publish = await PublishAsync("");

        Assert.NotEqual(0, publish.ExitCode);
        Assert.Contains("Name the base image", publish.Output, StringComparison.Ordinal);
    }

    private async Task<CommandResult> PublishAsync(string insecureRegistry, params string[] arguments)
    {
        var published = _folder.CreateSubdirectory("published");
        File.Copy(binary.File, Path.Combine(published.FullName, "admissionguard"));
        return await new Command("dotnet",
        [
            "msbuild",
            Repository.File("src", "AdmissionGuard"),
            "-nologo",
            "-t:PublishContainer",
            "-p:Configuration=Release",
            "-p:NoBuild=true",
            $"-p:RuntimeIdentifier={NativeBinary.Runtime}",
            $"-p:PublishDir={published.FullName}/", $"-p:ContainerArchiveOutputPath={Archive}", .. arguments,
        ])
        {
            Environment = new Dictionary<string, string>(
                StringComparer.Ordinal) { ["DOTNET_CONTAINER_INSECURE_REGISTRIES"] = insecureRegistry },
        }.RunAsync(Cancellation);
    }

    private string Archive => Path.Combine(_folder.FullName, "image.tar");

    /// <summary>What the image says of itself, and what its topmost layer holds.</summary>
    private async Task<(JsonNode Configuration, string[] Layer)> OpenAsync()
    {
        (await new Command("tar", ["-xf", Archive, "-C", _folder.FullName]).RunAsync(Cancellation)).Ok();
        var manifest = await ReadAsync(
            JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "index.json"), Cancellation))!["manifests"]![0]!);
        var configuration = await ReadAsync(manifest["config"]!);
        var layer = (await new Command("tar", ["-tzf", FileOf(manifest["layers"]!.AsArray()[^1]!)]).RunAsync(Cancellation)).Ok();
        return (configuration["config"]!, layer.Split('\n'));
    }

    private async Task<JsonNode> ReadAsync(JsonNode descriptor) =>
        JsonNode.Parse(await File.ReadAllTextAsync(FileOf(descriptor), Cancellation))!;

    private string FileOf(JsonNode descriptor) =>
        Path.Combine(_folder.FullName, "blobs", descriptor["digest"]!.GetValue<string>().Replace(':', '/'));

    /// <summary>What an instruction of the Dockerfile's says.</summary>
    private static string InDockerfile(string instruction)
    {
        var text = ContinuedLine().Replace(File.ReadAllText(Repository.File("Dockerfile")), " ");
        return Assert.Single(
            text.Split('\n'), line => line.StartsWith($"{instruction} ", StringComparison.Ordinal))[(instruction.Length + 1)..];
    }

    [GeneratedRegex(@" *\\\n *")]
    private static partial Regex ContinuedLine();
}
