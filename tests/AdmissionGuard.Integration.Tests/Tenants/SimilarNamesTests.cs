using System.Text.Json.Nodes;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Integration.Tests.Tenants;

/// <summary>Near names are looked for among all tenants, or not at all.</summary>
public sealed class SimilarNamesTests : IAsyncLifetime
{
    private const int PageSize = 500;
    private const int MostPages = 20;

    private readonly List<string> _pages = [];
    private StubApiServer _api = null!;
    private RunningGuard _guard = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await StubApiServer.StartAsync();
        _api.Tenant = (context, name) => name == "oil"
            ? StubApiServer.LiveTenantAsync(context, name)
            : StubApiServer.AnswerAsync(context, 404, StubApiServer.NotFoundJson(name));
        _guard = await RunningGuard.StartAsync(_api.Url);
        await _guard.UntilReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _guard.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(MostPages)]
    public async Task One_on_the_last_page_is_found(int pages)
    {
        Serve(pages);

        Assert.Contains("(did you mean \"gas\"?)", await MessageAsync(), StringComparison.Ordinal);
        Assert.Equal(pages, Pages);
    }

    [Fact]
    public async Task Of_more_tenants_than_are_listed_none_is_named_though_the_near_one_is_the_first()
    {
        Serve(MostPages + 1, isFirst: true);

        Assert.Contains("does not exist; if", await MessageAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(410)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Where_a_later_page_can_not_be_read_none_is_named(int code)
    {
        Serve(3, isFirst: true, failing: 2, code);

        Assert.Contains("does not exist; if", await MessageAsync(), StringComparison.Ordinal);
    }

    // The guard's own audit lists them too, now and then.
    private int Pages
    {
        get
        {
            lock (_pages)
            {
                return _pages.Distinct(StringComparer.Ordinal).Count();
            }
        }
    }

    private async Task<string> MessageAsync()
    {
        var response = await _guard.AskAsync("mutate", Update(Namespace("oil", "oil=u1"), Namespace("gsa", "oil=u1")));
        return (string)response["status"]!["message"]!;
    }

    /// <summary>As many pages, with <c>gas</c> at the end of the last one, or at the beginning of the first.</summary>
    private void Serve(int pages, bool isFirst = false, int failing = 0, int code = 0) => _api.Tenants = context =>
    {
        string from = context.Request.Query["continue"].ToString();
        var page = from.Length == 0 ? 1 : int.Parse(from, System.Globalization.CultureInfo.InvariantCulture);
        lock (_pages)
        {
            _pages.Add(context.Request.QueryString.Value!);
        }

        Assert.Equal($"{PageSize}", context.Request.Query["limit"].ToString());
        if (page == failing)
        {
            return StubApiServer.AnswerAsync(context, code, new JsonObject { ["kind"] = "Status" });
        }

        var near = page == (isFirst ? 1 : pages) ? new[] { "gas" } : [];
        return StubApiServer.AnswerAsync(
            context,
            200,
            StubApiServer.ListJson(
                near.Concat([$"tenant-number-{page}"]).Select(StubApiServer.TenantJson), page < pages ? $"{page + 1}" : null));
    };
}
