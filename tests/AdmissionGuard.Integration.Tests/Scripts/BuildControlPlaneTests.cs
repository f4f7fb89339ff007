namespace AdmissionGuard.Integration.Tests.Scripts;

/// <summary>The script's first steps, with an <c>/etc/apt</c> of the test's own: what it builds, every other test uses.</summary>
public sealed class BuildControlPlaneTests : IDisposable
{
    // Its own mounts, which end with it.
    private const string WithApt = """
        set -e
        mount --bind "$0"/apt /etc/apt
        exec "$@"
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");

    public BuildControlPlaneTests()
    {
        _folder.CreateSubdirectory("apt/sources.list.d");
        _folder.CreateSubdirectory("bin");
        // Shows the sources that it is given, and gives up.
        Write("bin/apt-get", """
            #!/bin/bash
            for argument; do case $argument in Dir::Etc::SourceParts=*) cat "${argument#*=}"/* >"$(dirname "$0")/sources" ;; esac; done
            exit 1
            """);
        File.SetUnixFileMode(At("bin/apt-get"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_classic_one_line_list_keeps_all_of_Debians_suites_and_gets_their_sources()
    {
        Write("apt/sources.list", """
            deb [signed-by=/usr/share/keyrings/x.gpg] http://mirror.example/debian bookworm main
            deb	http://mirror.example/debian bookworm-updates main
            deb http://mirror.example/debian-security bookworm-security main
            # deb http://mirror.example/debian bookworm contrib
            deb http://mirror.example/debian bookworm-backports main
            deb-src http://mirror.example/debian trixie main
            deb https://example.com/apt cloud-sdk-bookworm main

            """);

        await RunAsync();

        Assert.Equal(
            [
                "deb [signed-by=/usr/share/keyrings/x.gpg] http://mirror.example/debian bookworm main",
                "deb-src [signed-by=/usr/share/keyrings/x.gpg] http://mirror.example/debian bookworm main",
                "deb\thttp://mirror.example/debian bookworm-updates main",
                "deb-src\thttp://mirror.example/debian bookworm-updates main",
                "deb http://mirror.example/debian-security bookworm-security main",
                "deb-src http://mirror.example/debian-security bookworm-security main",
            ],
            await File.ReadAllLinesAsync(At("bin/sources"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Of_files_in_the_new_format_those_of_Debians_suites_are_kept()
    {
        Write(
            "apt/sources.list.d/debian.sources",
            "Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm bookworm-updates\nComponents: main\n");
        Write(
            "apt/sources.list.d/security.sources",
            "Types: deb\nURIs: http://mirror.example/debian-security\nSuites: bookworm-security\nComponents: main\n");
        Write("apt/sources.list.d/other.sources", "Types: deb\nURIs: https://example.com/node\nSuites: nodistro\nComponents: main\n");

        await RunAsync();

        var lines = await File.ReadAllLinesAsync(At("bin/sources"), TestContext.Current.CancellationToken);
        Assert.Equal(2, lines.Count(line => line == "Types: deb deb-src"));
        Assert.Equal(
            ["Suites: bookworm bookworm-updates", "Suites: bookworm-security"],
            lines.Where(line => line.StartsWith("Suites", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_a_source_for_bookworm_it_says_so_in_one_line()
    {
        Write("apt/sources.list", "deb http://mirror.example/debian trixie main\n# deb http://mirror.example/debian bookworm main\n");

        var result = await RunAsync();

        Assert.Equal(
            "control plane: apt has no source for Debian bookworm, whose Kubernetes this builds: add one, or set KUBEBUILDER_ASSETS\n",
            result.Error);
    }

    private async Task<CommandResult> RunAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var privilege = await new Command("unshare", ["-rm", "mount", "--bind", At("apt"), "/etc/apt"]).RunAsync(cancellation);
        Assert.SkipUnless(privilege.ExitCode == 0, "this is not Debian, or this machine lets nobody mount");
        var result = await new Command(
            "unshare",
            [
                "-rm",
                "/bin/sh",
                "-c",
                WithApt,
                _folder.FullName,
                Repository.File("tests", "AdmissionGuard.TestCluster", "build-control-plane.sh"),
            ])
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["PATH"] = $"{At("bin")}:{Environment.GetEnvironmentVariable("PATH")}",
                ["XDG_CACHE_HOME"] = At("cache"),
            },
        }.RunAsync(cancellation);
        Assert.Equal(1, result.ExitCode);
        return result;
    }

    private string At(string file) => Path.Combine(_folder.FullName, file);

    private void Write(string file, string text) => File.WriteAllText(At(file), text);
}
