using System.Text;

namespace AdmissionGuard.Core;

/// <summary>Prepares user-controlled text for messages: bounded, and without control or format characters.</summary>
public static class MessageText
{
    /// <summary>The longest name that is shown whole, in characters.</summary>
    public const int MaxName = 63;

    /// <summary>The longest user-given reason that is shown, in characters: the maximum of a field manager.</summary>
    public const int MaxSentence = 128;

    /// <summary>The longest user name that is logged whole, in characters.</summary>
    public const int MaxUser = 256;

    /// <summary>The longest message of an exception that is logged whole, in characters.</summary>
    public const int MaxCause = 256;

    /// <summary>The longest warning, in characters: the API server may cut longer ones.</summary>
    /// <remarks>Source: Kubernetes, "Dynamic Admission Control", response, warnings.</remarks>
    public const int MaxWarning = 256;

    /// <summary>A name for a sentence.</summary>
    /// <param name="name">Any text.</param>
    /// <returns>At most <see cref="MaxName"/> characters; others than printable ones become <c>?</c>.</returns>
    public static string Name(string name) => Plain(name, MaxName);

    /// <summary>
    /// A user name for a log, where operators look for the user. It may contain an issuer's URL or a certificate's subject.
    /// </summary>
    /// <param name="name">Any text.</param>
    /// <returns>At most <see cref="MaxUser"/> characters; others than printable ones become <c>?</c>.</returns>
    public static string User(string name) => Plain(name, MaxUser);

    /// <summary>User-given text, such as a reason.</summary>
    /// <param name="words">Any text.</param>
    /// <returns>At most <see cref="MaxSentence"/> characters; others than printable ones become <c>?</c>.</returns>
    public static string Sentence(string words) => Plain(words, MaxSentence);

    /// <summary>The message of an exception for a log: it may quote user-controlled text.</summary>
    /// <param name="message">Any text.</param>
    /// <returns>At most <see cref="MaxCause"/> characters; others than printable ones become <c>?</c>.</returns>
    public static string Cause(string message) => Plain(message, MaxCause);

    /// <summary>A name in double quotes.</summary>
    /// <param name="name">Any text.</param>
    /// <returns>The bounded name, quoted.</returns>
    public static string Quote(string name) => $"\"{Name(name)}\"";

    /// <summary>Names in quotes, the first few of them, joined as English does.</summary>
    /// <param name="names">Any texts.</param>
    /// <returns>For instance <c>"oil", "gas" and 3 more</c>.</returns>
    public static string List(IReadOnlyCollection<string> names)
    {
        const int Shown = 4;
        var parts = names.Take(Shown).Select(Quote).ToList();
        if (names.Count > Shown)
        {
            parts.Add($"{names.Count - Shown} more");
        }

        return Join(parts);
    }

    /// <summary>Phrases joined with commas and a last <c>and</c>.</summary>
    /// <param name="parts">The phrases.</param>
    /// <returns>The joined text.</returns>
    public static string Join(IReadOnlyList<string> parts) => parts switch
    {
        [] => "",
        [var only] => only,
        _ => $"{string.Join(", ", parts.SkipLast(1))} and {parts[^1]}",
    };

    /// <summary>A UID as people compare them: its first eight characters.</summary>
    /// <param name="uid">The UID.</param>
    /// <returns>For instance <c>2952b351-…</c>.</returns>
    public static string ShortUid(string uid) => uid.Length <= 9 ? Name(uid) : $"{Name(uid[..8])}-…";

    /// <summary>Text cut to a length.</summary>
    /// <param name="text">The text.</param>
    /// <param name="length">The maximum number of characters that stay.</param>
    /// <returns>The text, ending in <c>…</c> where it was cut.</returns>
    public static string Cut(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length - 1), "…");

    private static string Plain(string text, int length) =>
        Cut(text.All(IsPlain) ? text : string.Concat(text.Take(length + 1).Select(c => IsPlain(c) ? c : '?')), length);

    private static bool IsPlain(char c) => c != '"' && Rune.TryCreate(c, out var rune) && Printable.Is(rune);
}
