using System.Text;

namespace AdmissionGuard.Kubernetes.Credentials;

/// <summary>
/// Writes the values of a header as lines of their own in HTTP/1.1. .NET joins the values of a header by commas, and the API
/// server takes <c>Impersonate-Group: a, b</c> for one group; a separator between the values becomes the end of the line here.
/// </summary>
/// <param name="name">The header's name.</param>
internal sealed class HeaderLines(string name) : Encoding
{
    /// <summary>The separator of two values, which is in no text.</summary>
    public const char Separator = '\uffff';

    private readonly string _between = $"\r\n{name}: ";

    public override int GetByteCount(char[] chars, int index, int count) => UTF8.GetByteCount(Lines(chars, index, count));

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        UTF8.GetBytes(Lines(chars, charIndex, charCount), bytes.AsSpan(byteIndex));

    public override int GetMaxByteCount(int charCount) => UTF8.GetMaxByteCount(charCount * _between.Length);

    public override int GetCharCount(byte[] bytes, int index, int count) => throw new NotSupportedException();

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        throw new NotSupportedException();

    public override int GetMaxCharCount(int byteCount) => throw new NotSupportedException();

    private string Lines(char[] chars, int index, int count) =>
        new string(chars, index, count).Replace($"{Separator}", _between, StringComparison.Ordinal);
}
