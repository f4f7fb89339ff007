using System.Text.Json.Nodes;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Integration.Tests.Tenants;

/// <summary>Whose tenant it is, from the API server's object to the answer: nobody here has a verb.</summary>
public sealed class TenantOwnersTests : IAsyncLifetime
{
    private StubApiServer _api = null!;
    private RunningGuard _guard = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await StubApiServer.StartAsync();
        _api.AccessReview = (context, _) => StubApiServer.AnswerAsync(context, 201, StubApiServer.AccessReviewJson(allowed: false));
        _guard = await RunningGuard.StartAsync(_api.Url);
    }

    public async ValueTask DisposeAsync()
    {
        await _guard.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Theory]
    [InlineData("""{"spec":{"owners":[{"kind":"User","name":"alice"}]}}""", true)]
    [InlineData("""{"spec":{"owners":[{"kind":"User","name":"alice"}]},"status":{"size":0}}""", true)]
    [InlineData("""{"spec":{"owners":[{"kind":"User","name":"bob"}]},"status":{"owners":[{"kind":"User","name":"alice"}]}}""", true)]
    [InlineData("""{"spec":{"owners":[{"kind":"User","name":"alice"}]},"status":{"owners":[{"kind":"User","name":"bob"}]}}""", false)]
    [InlineData("""{"spec":{"owners":[{"kind":"User","name":"alice"}]},"status":{"owners":[]}}""", false)]
    [InlineData("""{"spec":{"owners":[{"kind":"Group","name":"system:authenticated"}]}}""", true)]
    [InlineData("""{"spec":{"owners":[{"kind":"Group","name":"alice"}]}}""", false)]
    [InlineData("""{"spec":{"owners":[{"kind":"User","name":"Alice"}]}}""", false)]
    [InlineData("{}", false)]
    public async Task An_owner_is_whom_the_status_names_or_the_spec_where_the_status_names_nobody_at_all(string tenant, bool isOwner)
    {
        _api.Tenant = (context, name) =>
        {
            var found = StubApiServer.TenantJson(name);
            foreach (var (key, value) in JsonNode.Parse(tenant)!.AsObject())
            {
                found[key] = value!.DeepClone();
            }

            return StubApiServer.AnswerAsync(context, 200, found);
        };

        var created = await _guard.AskAsync("mutate", Create(Namespace("gas")));
        var moved = await _guard.AskAsync("mutate", Update(Namespace("oil", "oil=u1"), Namespace("gas", "oil=u1")));

        Assert.Equal(isOwner, (bool?)created["allowed"]);
        Assert.False((bool?)moved["allowed"]);
    }
}
