using AdmissionGuard.Core.Decisions;

namespace AdmissionGuard.Core.Tests.Policies;

/// <summary>Patterns of Tenants are Go's: each matches what it matches there.</summary>
public sealed class GoPatternTests() : RuleTests("requiredMetadata")
{
    [Theory]
    [InlineData("^[[:alpha:]]+$", "secret", true)]
    [InlineData("^[[:alpha:]]+$", "s3cret", false)]
    [InlineData("^[[:alnum:]_]+$", "s_3", true)]
    [InlineData("^[[:digit:][:upper:]]+$", "4A", true)]
    [InlineData("^[[:lower:]]+$", "a]", false)]
    [InlineData("^[[:xdigit:]]+$", "fF0", true)]
    [InlineData("^[[:word:]]+$", "a_1", true)]
    [InlineData("^[[:space:][:blank:]]$", "\v", true)]
    [InlineData("^abc$", "abc\n", false)]
    [InlineData("^abc$", "abc", true)]
    [InlineData(@"^a\$$", "a$", true)]
    [InlineData("^[$]$", "$", true)]
    [InlineData(@"^\d{4}$", "1234", true)]
    [InlineData(@"^\d{4}$", "\u0661\u0662\u0663\u0664", false)]
    [InlineData(@"^\w$", "\u00e4", false)]
    [InlineData(@"^\W$", "\u00e4", true)]
    [InlineData(@"^\D\S$", "ab", true)]
    [InlineData(@"^\s$", "\u00a0", false)]
    [InlineData(@"^[\d.]+$", "1.2", true)]
    [InlineData(@"^[\w-]+$", "a-b", true)]
    [InlineData("^(?P<team>[a-z]+)-(?:x|y)$", "oil-x", true)]
    [InlineData("^(?i)abc$", "ABC", true)]
    [InlineData("^(?i:a)bc$", "Abc", true)]
    [InlineData("^[]a]+$", "]a", true)]
    [InlineData("^[^]a]+$", "b", true)]
    [InlineData("^[^]a]+$", "]", false)]
    [InlineData("^[a[]+$", "[a", true)]
    [InlineData(@"^[\]]$", "]", true)]
    [InlineData("a$|[b]", "b", true)]
    [InlineData("^(?i)[ab]$", "A", true)]
    [InlineData("^(?:[ab])$", "a", true)]
    [InlineData(@"^[^]\d]+$", "a", true)]
    [InlineData(@"^[^]\d]+$", "5", false)]
    [InlineData(@"^[]\d]+$", "]5", true)]
    [InlineData(@"^[^\d]+$", "c", true)]
    [InlineData(@"^[^\d]+$", "5", false)]
    [InlineData(@"^[\.\d]+$", "1.2", true)]
    [InlineData(@"^[a[\d]+$", "a[1", true)]
    [InlineData("^[a]$", "a\n", false)]
    [InlineData(@"^\t\n\r\f\v\a$", "\t\n\r\f\v\a", true)]
    [InlineData(@"\Aab\z", "ab", true)]
    [InlineData("^[[:blank:]]+$", " \t", true)]
    [InlineData("^[[:lower:]]+$", "abc", true)]
    public void A_pattern_matches_as_in_Go(string pattern, string value, bool matches) => Assert.Equal(matches ? 0 : 1, Rule.Check(Requiring(pattern, value)).Count());

    [Theory]
    [InlineData("^[[:nonsense:]]$")]
    [InlineData("(?m)^abc$")]
    [InlineData("(?s).")]
    [InlineData("(?im)a")]
    [InlineData(@"\bword\b")]
    [InlineData(@"[\D]")]
    [InlineData("[a-z-[aeiou]]")]
    [InlineData(@"\1")]
    [InlineData(@"a\")]
    public void What_can_not_be_said_as_in_Go_is_said_to_be_unreadable(string pattern) =>
        Assert.Contains("by a pattern that can't be read", Breaks(Requiring(pattern, "abc")), StringComparison.Ordinal);

    [Fact]
    public void A_pattern_is_of_bounded_length()
    {
        Keeps(Requiring(new string('a', 512), new string('a', 512)));
        Breaks(Requiring(new string('a', 513), new string('a', 513)));
    }

    private static AdmissionGuard.Core.Policies.RuleCase Requiring(string pattern, string value)
    {
        var rule = Move(target: Gas with { RequiredLabels = [new("key", pattern)] });
        return rule with { Request = rule.Request with { ReadMetadata = () => new NamespaceMetadata([new("key", value)], []) } };
    }
}
