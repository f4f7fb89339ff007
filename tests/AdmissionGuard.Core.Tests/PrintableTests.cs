using System.Globalization;
using System.Text;

namespace AdmissionGuard.Core.Tests;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("système:ünï 日本 \ud83d\ude00", "système:ünï 日本 \ud83d\ude00")]
    [InlineData("a\nb\r\tc", @"a\nb\r\tc")]
    [InlineData("\0\a\b\u001b[2J\u007f", @"\u0000\u0007\u0008\u001B[2J\u007F")]
    [InlineData("\u009b31m", @"\u009B31m")]
    [InlineData("\u001b]52;c;cm0=\u0007", @"\u001B]52;c;cm0=\u0007")]
    [InlineData("admin\u202enimda", @"admin\u202Enimda")]
    [InlineData("\u200b\u200d\u2066\ufeff\u00ad\u061c", @"\u200B\u200D\u2066\uFEFF\u00AD\u061C")]
    [InlineData("\u2028\u2029", @"\u2028\u2029")]
    [InlineData("a\U000E0041b", @"a\U000E0041b")]
    public void What_does_not_only_show_is_escaped(string text, string shown)
    {
        Assert.Equal(shown, Printable.Escape(text));
        Assert.Equal(text == shown, Printable.Is(text));
    }

    // As rows of a table they would not arrive: on their way to the test they become U+FFFD.
    [Fact]
    public void Lone_surrogates_are_escaped() =>
        Assert.Equal(@"\uD800 \uDC00\uD800x", Printable.Escape("\ud800 \udc00\ud800x"));

    [Fact]
    public void Every_character_is_shown_or_escaped_and_an_escape_is_only_ASCII()
    {
        foreach (var rune in Enumerable.Range(0, 0x110000).Where(Rune.IsValid).Select(value => new Rune(value)))
        {
            var (text, shown) = (rune.ToString(), Printable.Escape(rune.ToString()));
            var isHidden = Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;

            Assert.True(isHidden ? shown.All(c => c is >= ' ' and < '\x7F') && shown != text : shown == text, shown);
        }
    }

    [Fact]
    public void What_is_escaped_once_is_not_escaped_again() =>
        Assert.Equal(Printable.Escape("a\u202eb\n"), Printable.Escape(Printable.Escape("a\u202eb\n")));
}
