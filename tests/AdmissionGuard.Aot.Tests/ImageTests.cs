using k8s;
using k8s.Models;

namespace AdmissionGuard.Aot.Tests;

/// <summary>What the image that the Dockerfile builds is.</summary>
public sealed class ImageTests(NativeBinary binary)
{
    [Fact]
    public async Task The_image_adds_to_its_base_the_binary_and_the_time_zones_alone()
    {
        var added = (await binary.Image.FilesAsync()).Where(
            file => !file.IsOfTheBase && !file.Path.StartsWith("/usr/share/zoneinfo/", StringComparison.Ordinal));

        Assert.Equal(["/admissionguard", "/usr/share/zoneinfo"], added.Select(file => file.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task In_the_image_only_the_binary_can_be_run_and_nothing_can_be_written()
    {
        const UnixFileMode ByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.SetUser | UnixFileMode.SetGroup;
        var files = await binary.Image.FilesAsync();
        var run = files.Where(
            file => file.Kind == "f"
                && file.Mode.HasFlag(UnixFileMode.OtherExecute)
                && !file.Path.Contains(".so", StringComparison.Ordinal));

        Assert.Equal("/admissionguard", Assert.Single(run).Path);
        Assert.All(files, file => Assert.Equal("0", file.Owner));
        Assert.DoesNotContain(files, file => file.Kind != "l" && file.Path != "/tmp" && (file.Mode & ByOthers) != UnixFileMode.None);
    }

    [Fact]
    public void The_image_runs_as_the_Deployment_says()
    {
        var pod = KubernetesYaml.Deserialize<V1Deployment>(
            File.ReadAllText(Repository.File("deploy", "base", "deployment.yaml"))).Spec.Template.Spec;
        var configuration = binary.Image.Configuration;

        Assert.Equal($"{pod.SecurityContext.RunAsUser}", configuration["User"]!.GetValue<string>());
        Assert.Equal(Container.User, configuration["User"]!.GetValue<string>());
        Assert.Equal(
            pod.Containers[0].Ports.Select(port => $"{port.ContainerPort}/tcp").Order(StringComparer.Ordinal),
            configuration["ExposedPorts"]!.AsObject().Select(port => port.Key).Order(StringComparer.Ordinal));
        Assert.Equal("""["/admissionguard"]""", configuration["Entrypoint"]!.ToJsonString());
        Assert.Equal("""["serve"]""", configuration["Cmd"]!.ToJsonString());
        Assert.Equal("AdmissionGuard", configuration["Labels"]!["org.opencontainers.image.title"]!.GetValue<string>());
    }

    [Fact]
    public void Another_program_is_built_on_the_packages_restored_for_the_last_one()
    {
        var steps = binary.Image.Log.Split('\n');
        var restore = Array.FindLastIndex(steps, line => line.Contains("RUN dotnet restore", StringComparison.Ordinal));

        Assert.Contains("Using cache", steps[restore + 1], StringComparison.Ordinal);
    }
}
