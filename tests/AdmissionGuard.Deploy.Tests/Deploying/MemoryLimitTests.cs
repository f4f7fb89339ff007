using System.Globalization;
using System.Text.RegularExpressions;
using AdmissionGuard.Server.Limits;

namespace AdmissionGuard.Deploy.Tests.Deploying;

/// <summary>The pods' memory limit follows from what clients can make the guard hold.</summary>
public sealed partial class MemoryLimitTests
{
    private const long MiB = 1024 * 1024;

    [Theory]
    [InlineData("base/deployment.yaml")]
    [InlineData("chart/values.yaml")]
    public void The_memory_limit_is_what_the_limits_of_the_server_come_to_and_no_more_than_a_quarter_above(string file)
    {
        var limit = long.Parse(
            Limit().Match(File.ReadAllText(Repository.File("deploy", file))).Groups[1].Value, CultureInfo.InvariantCulture) * MiB;
        var options = new LimitOptions();

        var needed = PodMemory.Of(options.MaxConnections, options.MaxLookups);

        Assert.InRange(limit, needed, needed * 5 / 4);
    }

    [GeneratedRegex(@"limits:\n\s+memory: (\d+)Mi")]
    private static partial Regex Limit();
}
