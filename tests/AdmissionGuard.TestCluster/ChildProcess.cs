using System.Collections.Immutable;
using System.Diagnostics;

namespace AdmissionGuard.TestCluster;

/// <summary>A program that ends with this process, however this process ends.</summary>
/// <remarks>
/// A shell stands between: it reads a pipe that only this process holds open, and ends the program when the pipe closes.
/// Both have a session of their own, so that a terminal's Ctrl-C reaches this process alone, which then ends the others in order.
/// </remarks>
public sealed class ChildProcess : IAsyncDisposable
{
    private const string Supervisor = """
        exec 3<&0
        "$@" </dev/null 3<&- & child=$!
        { read -r word <&3; if [ "$word" = kill ]; then kill -KILL $child; else kill -TERM $child; fi; } 2>/dev/null & reader=$!
        wait $child; code=$?
        kill $reader 2>/dev/null
        exit $code
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Process _shell;
    private readonly TextWriter _log;
    private readonly Action<string>? _line;
    private readonly Task _output;

    private ChildProcess(Process shell, string logFile, Action<string>? line)
    {
        _shell = shell;
        LogFile = logFile;
        _log = TextWriter.Synchronized(new StreamWriter(logFile, append: true) { AutoFlush = true });
        _line = line;
        _output = Task.WhenAll(CopyAsync(shell.StandardOutput), CopyAsync(shell.StandardError));
    }

    /// <summary>Where its output goes.</summary>
    public string LogFile { get; }

    /// <summary>Whether it is over.</summary>
    public bool HasExited => _shell.HasExited;

    /// <summary>Starts a program.</summary>
    /// <param name="program">Its file.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="logFile">Where its output goes.</param>
    /// <param name="line">Is given each line of output.</param>
    /// <param name="environment">What is added to the environment.</param>
    /// <returns>The running program.</returns>
    public static ChildProcess Start(
        string program,
        IEnumerable<string> arguments,
        string logFile,
        Action<string>? line = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("setsid", ["/bin/bash", "-c", Supervisor, "supervisor", program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? ImmutableDictionary<string, string>.Empty)
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(Process.Start(start)!, logFile, line);
    }

    /// <summary>The last lines of its output.</summary>
    /// <returns>The lines.</returns>
    public string Tail()
    {
        using var file = new StreamReader(new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return string.Join('\n', file.ReadToEnd().Split('\n').TakeLast(25));
    }

    /// <summary>Waits until it is over.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitCodeAsync()
    {
        await _shell.WaitForExitAsync();
        return _shell.ExitCode;
    }

    /// <summary>Ends it as SIGTERM does, and as SIGKILL does if that takes too long.</summary>
    /// <returns>When it is over.</returns>
    public Task StopAsync() => EndAsync("stop");

    /// <summary>Ends it as SIGKILL does.</summary>
    /// <returns>When it is over.</returns>
    public Task KillAsync() => EndAsync("kill");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _shell.Dispose();
        await _log.DisposeAsync();
    }

    private async Task EndAsync(string word)
    {
        if (!_shell.HasExited)
        {
            try
            {
                await _shell.StandardInput.WriteLineAsync(word);
                _shell.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended by itself meanwhile.
            }
        }

        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await _shell.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _shell.Kill(entireProcessTree: true);
            await _shell.WaitForExitAsync();
        }

        await _output.WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task CopyAsync(StreamReader from)
    {
        while (await from.ReadLineAsync() is { } text)
        {
            // Two streams, one file, and each line whole.
            await _log.WriteLineAsync(text);
            _line?.Invoke(text);
        }
    }
}
