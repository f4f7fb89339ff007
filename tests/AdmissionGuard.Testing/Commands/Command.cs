using System.Diagnostics;
using System.Text;

namespace AdmissionGuard.Testing;

/// <summary>What a command said.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>The output, of a command that is to succeed.</summary>
    /// <returns>The trimmed output.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public string Ok() =>
        ExitCode == 0 ? Output.Trim() : throw new InvalidOperationException($"a command failed with {ExitCode}: {Error}{Output}");
}

/// <summary>A command that runs to its end.</summary>
/// <param name="Program">Its file.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record Command(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Its standard input.</summary>
    public string Input { get; init; } = "";

    /// <summary>What is added to the environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Is told each line of its standard error while it runs.</summary>
    public Action<string> Progress { get; init; } = _ => { };

    /// <summary>Runs it.</summary>
    /// <param name="cancellation">Ends the wait, and the command.</param>
    /// <returns>What it said.</returns>
    public async Task<CommandResult> RunAsync(CancellationToken cancellation = default)
    {
        var start = new ProcessStartInfo(
            Program, Arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var error = ReadLinesAsync(process.StandardError, cancellation);
            await WriteAsync(process.StandardInput, cancellation);
            await process.WaitForExitAsync(cancellation);
            return new CommandResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private async Task WriteAsync(StreamWriter input, CancellationToken cancellation)
    {
        try
        {
            await input.WriteAsync(Input.AsMemory(), cancellation);
            input.Close();
        }
        catch (IOException)
        {
            // It ended without reading everything; its exit code tells.
        }
    }

    private async Task<string> ReadLinesAsync(StreamReader error, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        while (await error.ReadLineAsync(cancellation) is { } line)
        {
            Progress(line);
            text.Append(line).Append('\n');
        }

        return text.ToString();
    }
}
