using AdmissionGuard.Core.Decisions;
using static AdmissionGuard.Core.Tests.Builders;
using static AdmissionGuard.Core.Tests.Deciding;

namespace AdmissionGuard.Core.Tests.Decisions;

public sealed class SuggestionsTests
{
    private readonly FakeCluster _cluster = new();

    [Theory]
    [InlineData("water", "waters2")]
    [InlineData("waters", "waters2")]
    [InlineData("solar", "solaris")]
    [InlineData("soalr", "solar")]
    [InlineData("x", "")]
    [InlineData("lakes", "")]
    [InlineData("fir", "fire")]
    [InlineData("fo", "foo,fu")]
    [InlineData("foo1", "foo,foo2")]
    [InlineData("wind", "wnd")]
    [InlineData("badc", "abcd")]
    [InlineData("abce1", "abce,abcd")]
    public async Task Tenants_an_edit_or_two_away_are_suggested_the_nearest_first(string typed, string suggested)
    {
        foreach (var tenant in new[] { "waters2", "solaris", "fire", "fu", "foo", "foo2", "wnd", "abcd", "abce" })
        {
            _cluster.Live(tenant).Grant("adopt", tenant);
        }

        if (typed == "soalr")
        {
            _cluster.Live("solar").Grant("adopt", "solar");
        }

        _cluster.Grant("get", typed);
        var message = Denied(await _cluster.DecideAsync(Ns("- | -"), Ns($"{typed} | -")), DenyReason.Forbidden).Message;

        var names = suggested.Split(',', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(
            names is [] ? "does not exist; if" : $"does not exist (did you mean {MessageText.List(names)}?); if",
            message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tenant_that_is_recreated_meanwhile_is_not_suggested_for_itself()
    {
        _cluster.Grant("adopt", "gas").AlsoListed.Add("gas");

        Assert.Contains(
            "does not exist; if",
            Denied(await _cluster.Gone("gas").DecideAsync(Ns("- | -"), Ns("gas | -")), DenyReason.Invalid).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_than_three_are_asked_about_and_of_equals_the_first_by_name()
    {
        foreach (var tenant in new[] { "team-5", "team-4", "team-3", "team-2", "team-12" })
        {
            _cluster.Live(tenant).Grant("adopt", tenant);
        }

        _cluster.Grant("get", "team-1");
        var message = Denied(await _cluster.DecideAsync(Ns("- | -"), Ns("team-1 | -")), DenyReason.Forbidden).Message;

        Assert.Contains("(did you mean \"team-12\", \"team-2\" and \"team-3\"?)", message, StringComparison.Ordinal);
        Assert.Equal(4, _cluster.Asked.Count(asked => asked.StartsWith("adopt", StringComparison.Ordinal)));
    }
}
