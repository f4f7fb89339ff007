using System.Globalization;
using AdmissionGuard.Core;

namespace AdmissionGuard.Tools.Output;

/// <summary>The only place where commands write: every line is escaped here, and colored afterwards.</summary>
/// <param name="input">Opens standard input: only where it is asked for, since .NET sets a terminal up for reading.</param>
/// <param name="output">Standard output.</param>
/// <param name="error">Standard error.</param>
/// <param name="isColored">Whether there are colors.</param>
internal sealed class Terminal(Func<TextReader> input, TextWriter output, TextWriter error, bool isColored)
{
    public Func<TextReader> Input => input;

    /// <summary>This process's own.</summary>
    public static Terminal Own() => new(
        StandardInput.Open,
        new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true },
        new StreamWriter(Console.OpenStandardError()) { AutoFlush = true },
        WantsColor(!Console.IsOutputRedirected, Environment.GetEnvironmentVariable));

    /// <summary>Colors are used on terminals that support them, unless NO_COLOR is set.</summary>
    /// <remarks>Source: no-color.org: any value but the empty one says no.</remarks>
    public static bool WantsColor(bool isTerminal, Func<string, string?> environment) =>
        isTerminal && string.IsNullOrEmpty(environment("NO_COLOR")) && environment("TERM") is not ("dumb" or null or "");

    /// <summary>Writes the result.</summary>
    /// <exception cref="OutputException">It can't be written.</exception>
    public void Write(params IEnumerable<StyledLine> lines)
    {
        try
        {
            foreach (var line in lines)
            {
                output.WriteLine(string.Concat(line.Parts.Select(part => Paint(Printable.Escape(part.Text), part.Color))));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            throw new OutputException($"the result can't be written: {e.Message}", e);
        }
    }

    /// <summary>Writes errors, one per line.</summary>
    /// <returns>The exit code that was given.</returns>
    public int Fail(IEnumerable<string> errors, int exitCode)
    {
        foreach (var line in errors)
        {
            Tell($"Error: {line}");
        }

        return exitCode;
    }

    /// <summary>Writes a line to standard error. If it is closed, the command continues.</summary>
    public void Tell(string line)
    {
        try
        {
            error.WriteLine(Printable.Escape(line));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
        }
    }

    private string Paint(string text, TerminalColor color) =>
        isColored && color is not TerminalColor.None && text.Length > 0
            ? string.Create(CultureInfo.InvariantCulture, $"\e[{(int)color}m{text}\e[0m")
            : text;
}

/// <summary>Standard output is full, or closed.</summary>
internal sealed class OutputException(string message, Exception cause) : Exception(message, cause);
