using System.Net;
using System.Net.Sockets;
using AdmissionGuard.Server.Certificates;
using AdmissionGuard.Server.Hosting;

namespace AdmissionGuard.Integration.Tests.Hosting;

/// <summary>What <c>serve</c> says, and with which exit code, where it can't start or can't go on.</summary>
public sealed class ExitCodeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("--listen")]
    [InlineData("--health-listen")]
    public async Task A_port_that_is_taken_is_one_error_and_exit_code_1(string option)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var result = await ServeAsync(option, taken.LocalEndpoint.ToString()!);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            $"Error: Failed to bind to address {(option == "--listen" ? "https" : "http")}://{taken.LocalEndpoint}: address already in use.\n",
            result.Error);
        IsQuiet(result.Output);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_one_error_and_exit_code_1()
    {
        // For documentation, so that no machine has it.
        var result = await ServeAsync("--listen", "192.0.2.1:9443");

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith(
            "Error: can't listen on 192.0.2.1:9443 and 127.0.0.1:0: ",
            Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
        IsQuiet(result.Output);
    }

    [Fact]
    public async Task A_background_loop_that_fails_ends_the_server_and_that_is_no_success()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        await using var failing = await BuildAsync(new FailingClock());
        await using var sound = await BuildAsync(TimeProvider.System);
        sound.Lifetime.ApplicationStarted.Register(sound.Lifetime.StopApplication);

        Assert.False(await GuardServer.RunAsync(failing, limit.Token));
        Assert.True(await GuardServer.RunAsync(sound, limit.Token));
        Assert.False(limit.IsCancellationRequested, "both ended by themselves");
    }

    private static void IsQuiet(string log) =>
        Assert.DoesNotContain(
            log.Split('\n'),
            line => line.Contains("\"LogLevel\":\"Critical\"", StringComparison.Ordinal)
                || line.Contains("\"LogLevel\":\"Error\"", StringComparison.Ordinal));

    private async Task<CommandResult> ServeAsync(string option, string address)
    {
        using var serve = new ServeFolder();
        string[] addresses = [option, address, option == "--listen" ? "--health-listen" : "--listen", "127.0.0.1:0"];
        var command = await serve.CommandAsync(new Uri("http://127.0.0.1:9"), addresses);
        return await new Command(command[0], command[1..]).RunAsync(Cancellation);
    }

    private async Task<Microsoft.AspNetCore.Builder.WebApplication> BuildAsync(TimeProvider time)
    {
        var kubeconfig = Path.Combine(_folder.FullName, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, TestKubeconfig.For(new Uri("http://127.0.0.1:9")), Cancellation);
        var (certificate, key) = TestCertificate.Loopback.WriteTo(_folder.FullName);
        var loopback = new ListenAddress(IPAddress.Loopback, 0);
        var certificates = new CertificateOptions { CertificateFile = certificate, KeyFile = key };
        return GuardServer.Build(
            new ServeOptions(kubeconfig, loopback, loopback) { Drain = TimeSpan.Zero, Certificates = certificates }, time);
    }

    /// <summary>A clock on which nobody can wait for a second, as the loop that lists the tenants does between two attempts.</summary>
    private sealed class FailingClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            dueTime == TimeSpan.FromSeconds(1)
                ? throw new InvalidOperationException("no timer")
                : base.CreateTimer(callback, state, dueTime, period);
    }
}
