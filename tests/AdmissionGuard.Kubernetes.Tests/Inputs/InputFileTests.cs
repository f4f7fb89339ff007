using System.IO.Pipes;
using AdmissionGuard.Kubernetes.Inputs;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.Kubernetes.Tests.Inputs;

/// <summary>Files of any kind that somebody may name.</summary>
public sealed class InputFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_file_is_read_whole_up_to_its_bound_and_not_beyond()
    {
        File.WriteAllText(At("file"), new string('é', 1 << 20));
        Assert.Equal(new string('é', 1 << 20), BoundedText.ReadFile(At("file"), 1 << 20));

        File.AppendAllText(At("file"), "x");
        Assert.Equal(
            $"'{At("file")}' is longer than 1 Mi characters",
            Assert.Throws<IOException>(() => BoundedText.ReadFile(At("file"), 1 << 20)).Message);
    }

    [Fact]
    public async Task A_named_pipe_is_refused_at_once()
    {
        (await new Command("mkfifo", [At("pipe")]).RunAsync(TestContext.Current.CancellationToken)).Ok();
        File.CreateSymbolicLink(At("link"), At("pipe"));

        foreach (var name in new[] { "pipe", "link" })
        {
            var opening = Task.Run(() => InputFile.Open(At(name)), TestContext.Current.CancellationToken);

            var error = await Assert.ThrowsAsync<IOException>(() => opening.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
            Assert.Equal($"'{At(name)}' is a named pipe or a terminal, not a file", error.Message);
        }
    }

    [Fact]
    public async Task A_pipe_that_is_open_already_is_read_as_a_shell_gives_it()
    {
        await using var writer = new AnonymousPipeServerStream(PipeDirection.Out);
        await writer.WriteAsync("text"u8.ToArray(), TestContext.Current.CancellationToken);
        var descriptor = writer.ClientSafePipeHandle.DangerousGetHandle();
        using var reader = new StreamReader(InputFile.Open($"/dev/fd/{descriptor}"));
        writer.DisposeLocalCopyOfClientHandle();
        await writer.DisposeAsync();

        Assert.Equal("text", BoundedText.Read(reader, 1 << 20));
    }

    [Fact]
    public void Nothing_is_an_empty_file() => Assert.Equal("", BoundedText.ReadFile("/dev/null", 1 << 20));

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public void A_name_that_no_file_can_have_is_an_error_of_input(string name) =>
        Assert.Equal($"'{name}' is not the name of a file", Assert.Throws<IOException>(() => InputFile.Open(name)).Message);

    [Fact]
    public void What_is_missing_a_folder_or_a_link_that_leads_nowhere_is_told_apart()
    {
        File.CreateSymbolicLink(At("dangling"), At("nowhere"));
        File.CreateSymbolicLink(At("circle"), At("circle"));

        Assert.Throws<FileNotFoundException>(() => InputFile.Open(At("missing")));
        Assert.Throws<FileNotFoundException>(() => InputFile.Open(At("dangling")));
        Assert.Throws<UnauthorizedAccessException>(() => InputFile.Open(_folder.FullName));
        Assert.Throws<IOException>(() => InputFile.Open(At("circle")));
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
