namespace AdmissionGuard.Core.Tests;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("10s", 10)]
    [InlineData("1m30s", 90)]
    [InlineData("1.5h", 5400)]
    [InlineData("250ms", 0.25)]
    [InlineData("2160h", 7776000)]
    [InlineData("2d", 172800)]
    [InlineData("1d12h", 129600)]
    [InlineData("3660d", 316224000)]
    public void Durations_are_read_as_Go_writes_them_and_in_days(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), DurationText.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1 s")]
    [InlineData("1w")]
    [InlineData("d")]
    [InlineData("1..5s")]
    [InlineData("10s5")]
    [InlineData("99999999999h")]
    [InlineData("3660d1s")]
    public void Anything_else_is_none(string text) => Assert.Null(DurationText.Parse(text));

    [Theory]
    [InlineData("0s")]
    [InlineData("10s")]
    [InlineData("1m30s")]
    [InlineData("0.25s")]
    [InlineData("2160h")]
    public void A_duration_is_shown_as_it_is_read(string text) => Assert.Equal(text, DurationText.Format(DurationText.Parse(text)!.Value));
}
