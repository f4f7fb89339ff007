using System.Text.RegularExpressions;

namespace AdmissionGuard.Core.Tests;

public sealed class DnsNameTests
{
    public static TheoryData<string> Texts => [.. Words(4), new string('a', 63), new string('a', 64), new string('a', 253)];

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_label_is_what_the_pattern_matches(string text) =>
        Assert.Equal(text.Length <= DnsName.MaxLabelLength && IsWhole(DnsName.LabelPattern, text), DnsName.IsLabel(text));

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_subdomain_is_what_the_pattern_matches(string text) =>
        Assert.Equal(text.Length <= 100 && IsWhole(DnsName.SubdomainPattern, text), DnsName.IsSubdomain(text, maxLength: 100));

    private static bool IsWhole(string pattern, string text) => Regex.IsMatch(text, $@"\A(?:{pattern})\z", RegexOptions.ExplicitCapture);

    // Every text of a few characters, each kind of character once.
    private static IEnumerable<string> Words(int length) => length == 0
        ? [""]
        : Words(length - 1).SelectMany(word => word.Length < length - 1 ? [word] : "a0-.A".Select(c => word + c).Prepend(word));
}
