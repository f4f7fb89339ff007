using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Tenancies;

namespace AdmissionGuard.Core.Tests.Policies;

/// <summary>Patterns of Tenants are Go's: each matches what it matches there, or is not read and refuses.</summary>
public sealed class GoPatternTests() : RuleTests("requiredMetadata")
{
    [Theory]
    [MemberData(nameof(GoPatternTable.Readable), MemberType = typeof(GoPatternTable))]
    public void A_pattern_matches_as_in_Go(string pattern, string[] matching, string[] others)
    {
        var read = TenantPattern.TryRead(pattern);

        Assert.NotNull(read);
        Assert.All(matching, text => Assert.True(read.Matches(text, orElse: false), text));
        Assert.All(others, text => Assert.False(read.Matches(text, orElse: true), text));
        Assert.All(matching, text => Keeps(Requiring(pattern, text)));
        Assert.All(others, text => Breaks(Requiring(pattern, text)));
    }

    [Theory]
    [MemberData(nameof(GoPatternTable.ValidInGo), MemberType = typeof(GoPatternTable))]
    [MemberData(nameof(GoPatternTable.InvalidInGo), MemberType = typeof(GoPatternTable))]
    public void What_is_not_certainly_the_same_in_Go_is_unreadable_and_refuses_and_is_named(string pattern) => Assert.Equal(
        $"tenant \"gas\" requires the label \"key\" by a pattern that is invalid, {MessageText.Quote(pattern)}; fix it first",
        Breaks(Requiring(pattern, "abc")));

    [Fact]
    public void The_tables_are_of_some_size()
    {
        Assert.True(GoPatternTable.Readable.Count >= 60);
        Assert.True(GoPatternTable.ValidInGo.Count + GoPatternTable.InvalidInGo.Count >= 60);
    }

    /// <summary>Every text of up to three characters out of those that the syntax is made of.</summary>
    [Fact]
    public void No_short_pattern_fails()
    {
        const string Syntax = "[]^-\\:(?){,d";
        var all = Syntax.SelectMany(
            a => Syntax.SelectMany(b => Syntax.SelectMany(c => new[] { $"{a}{b}{c}", $"[{a}{b}{c}]", $"[[:{a}{b}{c}" })));

        Assert.All(all, pattern => Assert.InRange(Rule.Check(Requiring(pattern, "a")).Count(), 0, 1));
    }

    [Fact]
    public void A_pattern_is_of_bounded_length()
    {
        Keeps(Requiring(new string('a', 512), new string('a', 512)));
        Breaks(Requiring(new string('a', 513), new string('a', 513)));
        Breaks(Requiring($"{new string('(', 256)}{new string(')', 256)}", ""));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_match_that_takes_too_long_is_answered_as_asked(bool orElse) =>
        Assert.Equal(orElse, TenantPattern.TryRead("(?:a|b)+c$", TimeSpan.FromTicks(1))!.Matches(new string('a', 1 << 20), orElse));

    private static PolicyContext Requiring(string pattern, string value)
    {
        var rule = Move(target: Gas with { RequiredLabels = [new("key", pattern)] });
        return rule with { Request = rule.Request with { ReadMetadata = () => new NamespaceMetadata([new("key", value)], []) } };
    }
}
