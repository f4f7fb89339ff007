using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

public sealed class TryOutTests
{
    [Fact]
    public async Task The_first_command_of_the_README_shows_the_migration_and_the_refusal()
    {
        var show = await new Command(Repository.File("tests", "try.sh"), ["--once"]).RunAsync(TestContext.Current.CancellationToken);

        Assert.True(show.ExitCode == 0, show.Error);
        Assert.Contains("Warning: AdmissionGuard: billing moves from tenant oil to gas; ownerReference set to gas (uid ", show.Output, StringComparison.Ordinal);
        Assert.Contains("namespace/billing labeled", show.Output, StringComparison.Ordinal);
        Assert.Contains("denied the request: alice may not move namespace payroll from tenant oil to gas", show.Output, StringComparison.Ordinal);
        Assert.Contains("metering stays in tenant oil", show.Output, StringComparison.Ordinal);
    }
}
