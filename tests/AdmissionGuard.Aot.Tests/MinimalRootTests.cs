using AdmissionGuard.TestCluster;

namespace AdmissionGuard.Aot.Tests;

/// <summary>What the image holds: the binary, the libraries of its base, and what the Dockerfile adds. Nothing else is there to lean on.</summary>
public sealed class MinimalRootTests(NativeBinary binary) : IDisposable
{
    private const string Configuration = """
        maintenanceWindows:
          - 0 22 * * FRI for 4h in Europe/Berlin
          - 0 22 * * FRI for 4h in America/Argentina/Buenos_Aires
        """;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("admissionguard-root-");

    [Fact]
    public async Task Time_zones_resolve_in_the_image_because_the_Dockerfile_brings_them()
    {
        await FillAsync();
        var bare = await ServeAsync();
        await AddWhatTheDockerfileAddsAsync();
        var complete = await ServeAsync();

        Assert.Equal(2, bare.ExitCode);
        Assert.Contains("/config.yaml:2: maintenanceWindows[0]: ", bare.Error, StringComparison.Ordinal);
        Assert.Contains("\"Europe/Berlin\" is not an IANA time zone that is known here", bare.Error, StringComparison.Ordinal);
        // With the configuration read, the next thing that is not there is complained of.
        Assert.Equal(2, complete.ExitCode);
        Assert.DoesNotContain("time zone", complete.Error, StringComparison.Ordinal);
        Assert.Contains("the serving certificate", complete.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _root.Delete(recursive: true);

    /// <summary>The binary, and of its base what it is linked with and loads.</summary>
    private async Task FillAsync()
    {
        await CopyAsync(binary.File, "/admissionguard");
        var linked = await new Command("ldd", [binary.File]).RunAsync(TestContext.Current.CancellationToken);
        var known = await new Command("/sbin/ldconfig", ["-p"]).RunAsync(TestContext.Current.CancellationToken);
        var openSsl = known.Ok().Split('\n').Where(line => line.Contains("libssl.so", StringComparison.Ordinal) || line.Contains("libcrypto.so", StringComparison.Ordinal));
        foreach (var library in $"{linked.Ok()}\n{string.Join('\n', openSsl)}".Split(' ', '\n', '\t').Where(word => word.StartsWith('/')).Distinct(StringComparer.Ordinal))
        {
            await CopyAsync(library, library);
        }

        await File.WriteAllTextAsync(Path.Combine(_root.FullName, "config.yaml"), Configuration);
    }

    private async Task AddWhatTheDockerfileAddsAsync()
    {
        var copies = (await File.ReadAllLinesAsync(Repository.File("Dockerfile"))).Where(line => line.StartsWith("COPY --from=build /usr/", StringComparison.Ordinal));
        foreach (var words in copies.Select(line => line.Split(' ')))
        {
            await CopyAsync(words[^2], words[^1]);
        }
    }

    private async Task CopyAsync(string from, string to)
    {
        var target = Path.Join(_root.FullName, to);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        (await new Command("cp", ["--recursive", "--dereference", from, target]).RunAsync(TestContext.Current.CancellationToken)).Ok();
    }

    private Task<CommandResult> ServeAsync()
    {
        string[] inside = [_root.FullName, "/admissionguard", "serve", "--config", "/config.yaml"];
        return (Environment.IsPrivilegedProcess ? new Command("chroot", inside) : new Command("unshare", ["--map-root-user", "chroot", .. inside]))
            .RunAsync(TestContext.Current.CancellationToken);
    }
}
