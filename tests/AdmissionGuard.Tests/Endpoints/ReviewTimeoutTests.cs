using AdmissionGuard.Server.Admission;

namespace AdmissionGuard.Tests.Endpoints;

public sealed class ReviewTimeoutTests
{
    [Theory]
    [InlineData("5s", 3.75)]
    [InlineData("30s", 28.75)]
    [InlineData("2s", 1)]
    [InlineData("1s", 0.5)]
    [InlineData("31s", 28.75)]
    [InlineData("0s", 8.75)]
    [InlineData("-5s", 8.75)]
    [InlineData("soon", 8.75)]
    [InlineData("", 8.75)]
    [InlineData(null, 8.75)]
    public void The_budget_ends_before_the_API_server_gives_up(string? timeout, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), ReviewTimeout.For(timeout));
}
