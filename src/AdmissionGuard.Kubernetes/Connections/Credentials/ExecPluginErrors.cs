using System.Text;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes.Inputs;

namespace AdmissionGuard.Kubernetes.Connections.Credentials;

/// <summary>Reads what a credential plugin writes to standard error, line by line.</summary>
/// <param name="terminal">Where lines are shown, escaped: a plugin may ask a person to log in; <see langword="null"/> for nowhere.</param>
internal sealed class ExecPluginErrors(TextWriter? terminal)
{
    /// <summary>The most that is read, in characters. Verbose plugins write some hundred KiB.</summary>
    public const int MaxLength = 16 << 20;

    /// <summary>The longest line that is shown whole, in characters; the rest of a longer one is left out.</summary>
    public const int MaxLine = 4096;

    private readonly StringBuilder _line = new();
    private string _last = "";

    /// <summary>Reads to the end.</summary>
    /// <param name="error">The plugin's standard error.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>The last line that is not empty.</returns>
    /// <exception cref="IOException">It is longer than <see cref="MaxLength"/>, or can't be read.</exception>
    public async Task<string> ReadAsync(TextReader error, CancellationToken cancellation)
    {
        var (part, total) = (new char[4096], 0);
        while (await error.ReadAsync(part.AsMemory(), cancellation) is > 0 and var length)
        {
            total += length;
            if (total > MaxLength)
            {
                throw BoundedText.TooLong("its standard error", MaxLength);
            }

            Split(part.AsSpan(0, length));
        }

        End();
        return _last;
    }

    private void Split(ReadOnlySpan<char> part)
    {
        while (part.IndexOf('\n') is >= 0 and var end)
        {
            Append(part[..end]);
            End();
            part = part[(end + 1)..];
        }

        Append(part);
    }

    private void Append(ReadOnlySpan<char> part) => _line.Append(part[..Math.Min(part.Length, MaxLine - _line.Length)]);

    private void End()
    {
        var line = _line.ToString().TrimEnd('\r');
        _line.Clear();
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        _last = line.Trim();
        try
        {
            terminal?.WriteLine(Printable.Escape(line));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // It is closed: nobody can be told.
        }
    }
}
