using System.Text.RegularExpressions;

namespace AdmissionGuard.Core.Tests;

public sealed class DnsNameTests
{
    private static readonly List<string> Texts = [.. Words(4), new string('a', 63), new string('a', 64), new string('a', 253)];

    [Fact]
    public void A_label_is_what_the_pattern_matches()
    {
        Assert.Contains(Texts, DnsName.IsLabel);
        Assert.Equal(
            Texts.Where(text => text.Length <= DnsName.MaxLabelLength && IsWhole(DnsName.LabelPattern, text)), Texts.Where(DnsName.IsLabel));
    }

    [Fact]
    public void A_subdomain_is_what_the_pattern_matches()
    {
        const int MaxLength = 100;
        Assert.Contains("a.a", Texts);
        Assert.Equal(
            Texts.Where(text => text.Length <= MaxLength && IsWhole(DnsName.SubdomainPattern, text)),
            Texts.Where(text => DnsName.IsSubdomain(text, MaxLength)));
    }

    private static bool IsWhole(string pattern, string text) => Regex.IsMatch(text, $@"\A(?:{pattern})\z", RegexOptions.ExplicitCapture);

    // Every text of up to so many characters, each kind of character once.
    private static IEnumerable<string> Words(int length) =>
        length == 0 ? [""] : Words(length - 1).SelectMany(word => "a0-.A".Select(c => word + c)).Concat(Words(length - 1)).Distinct();
}
