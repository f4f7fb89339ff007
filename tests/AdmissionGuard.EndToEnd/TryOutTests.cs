using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

public sealed class TryOutTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_first_command_of_the_README_shows_the_migration_and_the_refusal()
    {
        var show = await new Command(Repository.File("tests", "try.sh"), ["--once"]).RunAsync(TestContext.Current.CancellationToken);

        Assert.True(show.ExitCode == 0, show.Error);
        Assert.Contains(
            "Warning: AdmissionGuard: billing may move from tenant oil to gas; ownerReference set to gas (uid ",
            show.Output,
            StringComparison.Ordinal);
        Assert.Contains("namespace/billing labeled", show.Output, StringComparison.Ordinal);
        Assert.Contains(
            "denied the request: alice may not move namespace payroll from tenant oil to gas", show.Output, StringComparison.Ordinal);
        Assert.Contains("metering stays in tenant oil", show.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_it_with_all_that_it_started()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var (group, kubeconfig) = (new TaskCompletionSource<string>(), new TaskCompletionSource<string>());
        // A terminal sends Ctrl-C to a whole process group: setsid makes one, with the number of the shell in it.
        // (What a shell starts in the background ignores SIGINT, unless it is told not to.)
        await using var show = ChildProcess.Start(
            "setsid",
            ["env", "--default-signal=INT", "/bin/bash", "-c", "echo group: $$; exec \"$0\"", Repository.File("tests", "try.sh")],
            Path.Combine(_folder.FullName, "show.log"),
            line => _ = line.Split("group: ") is ["", var number] ? group.TrySetResult(number)
                : line.Split("export KUBECONFIG=") is [_, var file] && kubeconfig.TrySetResult(file));
        await Task.WhenAny(kubeconfig.Task, show.ExitCodeAsync()).WaitAsync(TimeSpan.FromMinutes(5), cancellation);
        Assert.False(show.HasExited, show.Tail());
        var cluster = Path.GetDirectoryName(await kubeconfig.Task)!;
        Assert.NotEmpty(ProcessesOf(cluster));

        (await new Command("/bin/bash", ["-c", $"kill -INT -- -{await group.Task}"]).RunAsync(cancellation)).Ok();

        Assert.True(await show.ExitCodeAsync().WaitAsync(TimeSpan.FromMinutes(2), cancellation) == 0, show.Tail());
        Assert.False(Directory.Exists(cluster), cluster);
        Assert.Empty(ProcessesOf(cluster));
    }

    /// <summary>The programs of the control plane and the guard: each has a file of the folder among its arguments.</summary>
    private static string[] ProcessesOf(string folder) =>
        [.. Directory.EnumerateDirectories("/proc").Select(CommandLineOf).Where(line => line.Contains(folder, StringComparison.Ordinal))];

    private static string CommandLineOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
        }
        catch (IOException)
        {
            // No process, or one that ended meanwhile.
            return "";
        }
    }
}
