using System.Diagnostics.Metrics;
using System.Net;
using AdmissionGuard.Server.Limits;
using Microsoft.Extensions.DependencyInjection;

namespace AdmissionGuard.Tests.Limits;

/// <summary>Lookups are shared between those who ask.</summary>
public sealed class LookupLimiterTests : IDisposable
{
    private const int Most = 20;
    private const int Quarter = Most / 4;

    private static readonly IPAddress Stranger = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress ApiServer = IPAddress.Parse("192.0.2.2");

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly LookupLimiter _limiter;

    public LookupLimiterTests() => _limiter = new LookupLimiter(Most, _services.GetRequiredService<IMeterFactory>());

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Whoever_takes_all_that_is_given_leaves_a_quarter_to_the_others()
    {
        var taken = 0;
        while (Enter(Stranger, 1) is not null)
        {
            taken++;
        }

        Assert.Equal(Most - Quarter, taken);
        Assert.NotNull(Enter(ApiServer, Quarter));
        Assert.Null(Enter(ApiServer, 1));
    }

    [Fact]
    public void A_decision_of_any_size_is_let_in_alone_and_leaves_a_quarter_to_the_others()
    {
        using var large = Enter(Stranger, 1_000_000);

        Assert.NotNull(large);
        Assert.Null(Enter(Stranger, 1));
        using var other = Enter(ApiServer, Quarter);
        Assert.NotNull(other);
    }

    [Fact]
    public void What_is_over_makes_room_once()
    {
        var first = Enter(Stranger, Most - Quarter)!;
        Assert.Null(Enter(Stranger, 1));

        first.Dispose();
        first.Dispose();

        using var second = Enter(Stranger, Most - Quarter);
        Assert.NotNull(second);
        Assert.Null(Enter(Stranger, 1));
    }

    private IDisposable? Enter(IPAddress address, int lookups)
    {
        LookupLimiter.DecideFor(address);
        return _limiter.Enter(lookups);
    }
}
