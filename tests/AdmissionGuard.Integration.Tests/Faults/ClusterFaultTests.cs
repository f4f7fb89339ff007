using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Integration.Tests.Faults;

/// <summary>A lookup or an access review that fails, hangs or is refused: denied as retryable, within the deadline, saying which.</summary>
public sealed class ClusterFaultTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>What a time-out of 30 s leaves for lookups.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(28.75);

    private readonly AutoAdvancingTime _time = new();
    private StubApiServer _api = null!;
    private RunningGuard _guard = null!;
    private int _failures;

    public async ValueTask InitializeAsync()
    {
        _api = await StubApiServer.StartAsync();
        _guard = await RunningGuard.StartAsync(_api.Url, time: _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _guard.DisposeAsync();
        await _api.DisposeAsync();
    }

    public static TheoryData<string, string> Faults() => new()
    {
        { "500", "the API server answered 500" },
        { "429", "the API server answered 429" },
        { "403", "the API server answered 403 to the guard" },
        { "401", "the API server answered 401 to the guard" },
        { "hang", "did not answer in time" },
        { "stall", "did not answer in time" },
        { "reset", "is unreachable" },
        { "not JSON", "is invalid" },
        { "another object", "returned an unexpected object" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_lookup_that_fails_is_denied_as_retryable_within_the_deadline(string fault, string words)
    {
        _api.Tenant = (context, name) => name == "gas" ? FailAsync(context, fault) : StubApiServer.LiveTenantAsync(context, name);

        await DeniedAsync(IsSilent(fault), "tenant \"gas\" could not be looked up", words);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_CapsuleConfiguration_that_can_not_be_read_is_denied_as_retryable_within_the_deadline(string fault, string words)
    {
        _api.CapsuleConfiguration = context => FailAsync(context, fault);

        await DeniedAsync(IsSilent(fault), "the CapsuleConfiguration could not be read", words);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task An_access_review_that_fails_is_denied_as_retryable_within_the_deadline(string fault, string words)
    {
        _api.AccessReview = (context, review) => (string?)review["spec"]!["resourceAttributes"]!["verb"] == "adopt"
            ? FailAsync(context, fault)
            : StubApiServer.AnswerAsync(context, 201, StubApiServer.AccessReviewJson(allowed: true));

        await DeniedAsync(IsSilent(fault), "the access review for \"adopt\" on tenant \"gas\" failed", words);
    }

    [Fact]
    public async Task An_authorizer_that_could_not_decide_has_not_said_no()
    {
        _api.AccessReview = (context, _) => StubApiServer.AnswerAsync(
            context, 201, StubApiServer.AccessReviewJson(allowed: false, "webhook authorizer is away"));

        await DeniedAsync(isSilent: false, "the access review for", "the authorizer could not decide");
    }

    [Fact]
    public async Task A_fault_that_passes_is_asked_about_once_more()
    {
        var failed = 0;
        _api.Tenant = (context, name) => name == "gas" && Interlocked.Exchange(ref failed, 1) == 0
            ? FailAsync(context, "500")
            : StubApiServer.LiveTenantAsync(context, name);

        Assert.True((bool?)(await AskAsync())["allowed"]);
    }

    [Theory]
    [InlineData("plain text")]
    [InlineData("names another")]
    [InlineData("another kind")]
    public async Task A_404_that_is_not_about_the_tenant_asked_is_retryable(string which)
    {
        _api.Tenant = (context, name) => name != "gas" ? StubApiServer.LiveTenantAsync(context, name) : which switch
        {
            "names another" => StubApiServer.AnswerAsync(context, 404, StubApiServer.NotFoundJson("oil")),
            "another kind" => StubApiServer.AnswerAsync(context, 404, StubApiServer.NotFoundJson("gas", "namespaces")),
            _ => StubApiServer.PlainNotFoundAsync(context),
        };

        await DeniedAsync(
            isSilent: false, "tenant \"gas\" could not be looked up", "the API server answered 404 without naming the tenant");
    }

    /// <summary>What is asked once a lookup met a 404 that names nothing: the resources of the group's version, then the groups.</summary>
    public static TheoryData<string, bool> Discoveries() => new()
    {
        { "resources without tenants", true },
        { "no resources", true },
        { "404, groups without the tenants'", true },
        { "404, the group in another version", true },
        { "resources with tenants", false },
        { "resources of another version", false },
        { "a list of something else", false },
        { "404, groups with the tenants'", false },
        { "404, groups of no API server with definitions", false },
        { "404, another object", false },
        { "404, 404", false },
        { "404, 403", false },
        { "404, reset", false },
        { "403", false },
        { "500", false },
        { "not JSON", false },
        { "hang", false },
    };

    [Theory]
    [MemberData(nameof(Discoveries))]
    public async Task Tenants_are_not_served_only_where_the_API_servers_discovery_says_so(string discovery, bool isGone)
    {
        _api.Tenant = (context, _) => StubApiServer.PlainNotFoundAsync(context);
        Discover(discovery);

        var release = await AnsweredAsync(
            () => _guard.AskAsync("mutate?timeout=30s", Update(Namespace("oil", "oil=u1"), Namespace(null, "oil=u1"))),
            IsSilent(discovery));
        var move = await AnsweredAsync(() => AskAsync(), IsSilent(discovery));

        Assert.Equal(isGone, (bool?)release["allowed"]);
        Assert.Equal(isGone ? 422 : 503, (int?)move["status"]!["code"]);
        Assert.Equal(
            isGone, $"{move["status"]!["message"]}".Contains("install its CustomResourceDefinition first", StringComparison.Ordinal));
        Assert.Equal(isGone ? null : 1, (int?)move["status"]!["details"]?["retryAfterSeconds"]);
    }

    private void Discover(string discovery)
    {
        if (discovery.StartsWith("404, ", StringComparison.Ordinal))
        {
            _api.Resources = StubApiServer.PlainNotFoundAsync;
            _api.Groups = context => discovery["404, ".Length..] switch
            {
                "groups without the tenants'" => GroupsAsync(context, "apps/v1", "apiextensions.k8s.io/v1"),
                "the group in another version" => GroupsAsync(context, "apiextensions.k8s.io/v1", "capsule.clastix.io/v1beta1"),
                "groups with the tenants'" => GroupsAsync(context, "apiextensions.k8s.io/v1", "capsule.clastix.io/v1beta2"),
                "groups of no API server with definitions" => GroupsAsync(context, "apps/v1"),
                var fault => FailAsync(context, fault),
            };
            return;
        }

        _api.Resources = context => discovery switch
        {
            "resources without tenants" => StubApiServer.AnswerAsync(context, 200, StubApiServer.ResourcesJson("capsuleconfigurations")),
            "no resources" => StubApiServer.AnswerAsync(context, 200, StubApiServer.ResourcesJson()),
            "resources with tenants" => StubApiServer.AnswerAsync(context, 200, StubApiServer.ResourcesJson("tenants")),
            "resources of another version" => OfAnotherVersionAsync(context),
            "a list of something else" => StubApiServer.AnswerAsync(context, 200, StubApiServer.ListJson()),
            _ => FailAsync(context, discovery),
        };
    }

    private static Task GroupsAsync(HttpContext context, params string[] versions) =>
        StubApiServer.AnswerAsync(context, 200, StubApiServer.GroupsJson(versions));

    private static Task OfAnotherVersionAsync(HttpContext context)
    {
        var resources = StubApiServer.ResourcesJson();
        resources["groupVersion"] = "capsule.clastix.io/v1beta1";
        return StubApiServer.AnswerAsync(context, 200, resources);
    }

    [Fact]
    public async Task A_NotFound_that_names_the_tenant_says_that_it_is_absent()
    {
        _api.Tenant = (context, name) => name == "gas"
            ? StubApiServer.AnswerAsync(context, 404, StubApiServer.NotFoundJson("gas"))
            : StubApiServer.LiveTenantAsync(context, name);

        var status = (await AskAsync())["status"]!;

        Assert.Equal(422, (int?)status["code"]);
        Assert.Contains("tenant \"gas\" does not exist", (string)status["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_of_another_name_is_not_taken_for_the_tenant()
    {
        _api.Tenant = (context, name) => StubApiServer.AnswerAsync(context, 200, StubApiServer.TenantJson(name == "gas" ? "oil" : name));

        await DeniedAsync(isSilent: false, "tenant \"gas\" could not be looked up", "returned an unexpected object");
    }

    [Fact]
    public async Task An_API_server_that_is_unreachable_is_retryable()
    {
        // Not the stub's port, once it is gone: somebody else may have it by then.
        await _guard.DisposeAsync();
        _guard = await RunningGuard.StartAsync(time: _time);

        await DeniedAsync(isSilent: false, "could not be looked up", "is unreachable");
    }

    [Fact]
    public async Task Without_lookups_all_else_passes_whatever_fails()
    {
        _api.Tenant = (context, _) => FailAsync(context, "hang");

        Assert.True(
            (bool?)(await _guard.AskAsync(
                "validate?timeout=2s", Update(Namespace("oil", "oil=u1"), Namespace("oil", "oil=u1"))))["allowed"]);
        Assert.True((bool?)(await _guard.AskAsync("validate?timeout=2s", Create(Namespace(null))))["allowed"]);
    }

    [Fact]
    public async Task The_access_review_carries_the_user_as_the_API_server_knows_them()
    {
        var specs = new System.Collections.Concurrent.ConcurrentBag<string>();
        _api.AccessReview = (context, review) =>
        {
            specs.Add(review["spec"]!.ToJsonString());
            return StubApiServer.AnswerAsync(context, 201, StubApiServer.AccessReviewJson(allowed: true));
        };

        await AskAsync();

        Assert.Equal(
            [
                """{"user":"alice","uid":"u-1","groups":["system:authenticated"],"extra":{"scopes":["view","edit"]},"resourceAttributes":{"group":"capsule.clastix.io","version":"v1beta2","resource":"tenants","verb":"adopt","name":"gas"}}""",
                """{"user":"alice","uid":"u-1","groups":["system:authenticated"],"extra":{"scopes":["view","edit"]},"resourceAttributes":{"group":"capsule.clastix.io","version":"v1beta2","resource":"tenants","verb":"release","name":"oil"}}""",
            ],
            specs.Order(StringComparer.Ordinal));
    }

    /// <summary>An access review takes what the cluster's authorizers take; one that is answered in time counts.</summary>
    [Fact]
    public async Task An_access_review_of_two_and_a_half_seconds_passes_within_a_time_out_of_five()
    {
        var (asked, answers) = (0, new TaskCompletionSource());
        _api.AccessReview = async (context, review) =>
        {
            if ((string?)review["spec"]!["resourceAttributes"]!["verb"] == "adopt")
            {
                // A second request goes unanswered, so that it is the first one's answer that counts.
                await (Interlocked.Increment(ref asked) == 1 ? answers.Task : StubServer.HangAsync(context));
            }

            await StubApiServer.AnswerAsync(context, 201, StubApiServer.AccessReviewJson(allowed: true));
        };

        var asking = AskAsync("5s");
        await Poll.UntilAsync("the access review", Limit, () => Task.FromResult(asked == 1), TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(2.5));
        await Poll.UntilAsync("a second request", Limit, () => Task.FromResult(asked == 2), TestContext.Current.CancellationToken);
        answers.SetResult();

        Assert.True((bool?)(await asking.WaitAsync(Limit, TestContext.Current.CancellationToken))["allowed"]);
    }

    private static bool IsSilent(string fault) => fault is "hang" or "stall";

    private Task<JsonNode> AskAsync(string timeout = "30s") =>
        _guard.AskAsync($"mutate?timeout={timeout}", Update(Namespace("oil", "oil=u1"), Namespace("gas", "oil=u1")));

    /// <summary>Holds that the answer is there once the guard's clock has reached the deadline, however long that takes by ours.</summary>
    private async Task DeniedAsync(bool isSilent, params string[] words)
    {
        var start = _time.GetUtcNow();

        var response = await AnsweredAsync(() => AskAsync(), isSilent);

        Assert.InRange(_time.GetUtcNow() - start, TimeSpan.Zero, Budget);
        Assert.False((bool?)response["allowed"]);
        Assert.Equal(503, (int?)response["status"]!["code"]);
        Assert.Equal(1, (int?)response["status"]!["details"]!["retryAfterSeconds"]);
        Assert.All(words, word => Assert.Contains(word, (string)response["status"]!["message"]!, StringComparison.Ordinal));
    }

    /// <summary>The answer; where the API server is silent, the guard's clock goes to the deadline once something was looked up.</summary>
    private async Task<JsonNode> AnsweredAsync(Func<Task<JsonNode>> ask, bool isSilent)
    {
        // Not any request: the guard itself lists namespaces and tenants now and then, without this deadline.
        var before = Volatile.Read(ref _failures);
        var asking = ask();
        if (isSilent)
        {
            await Poll.UntilAsync(
                "a lookup", Limit, () => Task.FromResult(Volatile.Read(ref _failures) > before), TestContext.Current.CancellationToken);
            _time.Advance(Budget);
        }

        return await asking.WaitAsync(Limit, TestContext.Current.CancellationToken);
    }

    private Task FailAsync(HttpContext context, string fault)
    {
        Interlocked.Increment(ref _failures);
        switch (fault)
        {
            case "hang":
                return StubServer.HangAsync(context);
            case "stall":
                return StubServer.StallAsync(context);
            case "reset":
                context.Abort();
                return Task.CompletedTask;
            case "not JSON":
                context.Response.StatusCode = 200;
                return context.Response.WriteAsync("<html>");
            case "another object":
                return StubApiServer.AnswerAsync(context, 200, new JsonObject { ["kind"] = "ConfigMap" });
            default:
                context.Response.StatusCode = int.Parse(fault, System.Globalization.CultureInfo.InvariantCulture);
                return Task.CompletedTask;
        }
    }
}
