namespace AdmissionGuard.Checking.Output;

/// <summary>Where results and errors are told, and whether in color.</summary>
/// <param name="Input">Opens standard input: only where it is asked for, since .NET sets a terminal up for reading.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="IsColored">Whether there are colors.</param>
internal sealed record Terminal(Func<TextReader> Input, TextWriter Output, TextWriter Error, bool IsColored)
{
    /// <summary>This process's own.</summary>
    public static Terminal Own() => new(
        () => new StreamReader(Console.OpenStandardInput()),
        new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true },
        new StreamWriter(Console.OpenStandardError()) { AutoFlush = true },
        WantsColor(!Console.IsOutputRedirected, Environment.GetEnvironmentVariable));

    /// <summary>Colors are for terminals that can show them, and for who did not say NO_COLOR.</summary>
    /// <remarks>Source: no-color.org: any value but the empty one says no.</remarks>
    public static bool WantsColor(bool isTerminal, Func<string, string?> environment) =>
        isTerminal && string.IsNullOrEmpty(environment("NO_COLOR")) && environment("TERM") is not ("dumb" or null or "");

    /// <summary>Tells why there is no result, a line each.</summary>
    /// <returns>The exit code that was given.</returns>
    public async Task<int> ComplainAsync(IEnumerable<string> errors, int exitCode)
    {
        foreach (var error in errors)
        {
            await Error.WriteLineAsync($"Error: {error}");
        }

        return exitCode;
    }

    public string Green(string text) => Paint(text, "32");

    public string Red(string text) => Paint(text, "31");

    public string Yellow(string text) => Paint(text, "33");

    public string Cyan(string text) => Paint(text, "36");

    public string Bold(string text) => Paint(text, "1");

    private string Paint(string text, string code) => IsColored && text.Length > 0 ? $"\e[{code}m{text}\e[0m" : text;
}
