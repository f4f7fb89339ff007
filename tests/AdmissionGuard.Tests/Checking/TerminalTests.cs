using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Tests.Checking;

public sealed class TerminalTests
{
    [Theory]
    [InlineData(true, "xterm", null, true)]
    [InlineData(true, "xterm", "", true)]
    [InlineData(true, "xterm", "1", false)]
    [InlineData(true, "dumb", null, false)]
    [InlineData(true, null, null, false)]
    [InlineData(false, "xterm", null, false)]
    public void Colors_are_for_terminals_and_for_who_did_not_say_NO_COLOR(
        bool isTerminal, string? term, string? noColor, bool isColored) => Assert.Equal(
        isColored,
        Terminal.WantsColor(isTerminal, name => name == "TERM" ? term : name == "NO_COLOR" ? noColor : null));

    [Fact]
    public void A_table_is_aligned_as_kubectls() => Assert.Equal(
        ["NAME     VERDICT   RESULT", "a        allow     pass", "longer   deny      FAIL"],
        Table.Lines([["NAME", "VERDICT", "RESULT"], ["a", "allow", "pass"], ["longer", "deny", "FAIL"]], _ => TerminalColor.None)
            .Select(line => string.Concat(line.Parts.Select(part => part.Text))));
}
