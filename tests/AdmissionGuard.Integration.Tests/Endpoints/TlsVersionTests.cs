namespace AdmissionGuard.Integration.Tests.Endpoints;

public sealed class TlsVersionTests
{
    [Theory]
    [InlineData("-tls1_2", true)]
    [InlineData("-tls1_3", true)]
    [InlineData("-tls1", false)]
    [InlineData("-tls1_1", false)]
    public async Task Reviews_are_taken_by_TLS_1_2_and_1_3_and_by_nothing_older(string version, bool isSpoken)
    {
        await using var guard = await RunningGuard.StartAsync();

        // At the lowest level of security openssl would speak the old ones too: it is the guard who refuses.
        var answer = await new Command("openssl", ["s_client", "-connect", guard.Reviews.Authority, version, "-cipher", "ALL:@SECLEVEL=0"])
            .RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(isSpoken, answer.ExitCode == 0);
        Assert.Equal(!isSpoken, answer.Error.Contains("alert protocol version", StringComparison.Ordinal));
    }
}
