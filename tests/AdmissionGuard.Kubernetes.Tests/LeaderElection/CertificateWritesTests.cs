using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes.Secrets;
using AdmissionGuard.Kubernetes.Webhooks;

namespace AdmissionGuard.Kubernetes.Tests.LeaderElection;

/// <summary>Secret and webhook configurations are written only as they were read, and taken only for what they are.</summary>
public sealed class CertificateWritesTests : IAsyncLifetime
{
    private CallsOfStub _it = null!;
    private string _answer = "";
    private int _code = 200;

    public async ValueTask InitializeAsync() => _it = await CallsOfStub.StartAsync((context, _) =>
        StubServer.JsonAsync(
            context,
            context.Request.Method == "GET" ? 200 : _code,
            _answer.Replace(
                "$KIND",
                context.Request.Path.Value!.Contains("mutating", StringComparison.Ordinal) ? "Mutating" : "Validating",
                StringComparison.Ordinal)));

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    public static TheoryData<string> Secrets() =>
    [
        """{"kind":"Secret","metadata":{"name":"tls","namespace":"home"}}""",
        """{"kind":"Secret","metadata":{"name":"tls","namespace":"home","resourceVersion":"0"}}""",
        """{"kind":"Secret","metadata":{"name":"other","namespace":"home","resourceVersion":"7"}}""",
        """{"kind":"Secret","metadata":{"name":"tls","namespace":"other","resourceVersion":"7"}}""",
        """{"kind":"ConfigMap","metadata":{"name":"tls","namespace":"home","resourceVersion":"7"}}""",
        """{"kind":"Secret","metadata":{"name":"tls","namespace":"home","resourceVersion":"7"},"data":{"tls.crt":7}}""",
        """{"kind":"Secret","metadata":{"name":"tls","namespace":"home","resourceVersion":"7"},"kind":"Secret"}""",
        """{"kind":7,"metadata":[]}""",
        "[]",
    ];

    [Theory]
    [MemberData(nameof(Secrets))]
    public async Task What_is_not_the_Secret_whole_is_not_taken_for_it_so_that_nothing_is_written_over_it(string body)
    {
        _answer = body;
        using var deadline = Deadline();

        Assert.IsType<ReadResult<StoredSecret>.Failed>(await Secret().ReadAsync(deadline));

        Assert.DoesNotContain(_it.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_Secret_is_written_with_the_version_that_was_read()
    {
        _answer = """{"kind":"Secret","metadata":{"name":"tls","namespace":"home","resourceVersion":"7"},"data":{"tls.crt":"b2xk"}}""";
        using var deadline = Deadline();
        var found = Assert.IsType<ReadResult<StoredSecret>.Found>(await Secret().ReadAsync(deadline)).Value;

        await Secret().WriteAsync(
            found,
            ImmutableDictionary.Create<string, string>().Add("tls.crt", "new"),
            ImmutableDictionary<string, string?>.Empty,
            deadline);

        Assert.Equal("old", found.Data("tls.crt"));
        var written = JsonNode.Parse(_it.Server.Requests.Single(request => request.Method == "PUT").Body)!;
        Assert.Equal(("7", "bmV3"), ((string?)written["metadata"]!["resourceVersion"], (string?)written["data"]!["tls.crt"]));
    }

    public static TheoryData<string> Configurations() =>
    [
        """{"kind":"$KINDWebhookConfiguration","metadata":{"name":"00-admissionguard"},"webhooks":[]}""",
        """{"kind":"$KINDWebhookConfiguration","metadata":{"name":"other","resourceVersion":"7"},"webhooks":[]}""",
        """{"kind":"Secret","metadata":{"name":"00-admissionguard","resourceVersion":"7"},"webhooks":[]}""",
        """{"kind":"$KINDWebhookConfiguration","metadata":{"name":"00-admissionguard","resourceVersion":"7"},"webhooks":[{"name":7}]}""",
        """{"kind":"$KINDWebhookConfiguration","metadata":{"name":"00-admissionguard","resourceVersion":"7"},"webhooks":[{"name":"mutate.admissionguard.io","clientConfig":{"caBundle":"%%%"}}]}""",
    ];

    [Theory]
    [MemberData(nameof(Configurations))]
    public async Task What_is_not_the_webhook_configuration_whole_is_not_taken_for_it(string body)
    {
        _answer = body;
        using var deadline = Deadline();

        Assert.NotNull((await Webhooks().ReadAsync(deadline)).Failure);

        Assert.DoesNotContain(_it.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(200, null)]
    [InlineData(422, ApiFailureKind.Conflict)]
    [InlineData(409, ApiFailureKind.Conflict)]
    [InlineData(403, ApiFailureKind.Answered)]
    public async Task An_authority_is_published_only_where_the_configuration_is_as_it_was_read(int code, ApiFailureKind? kind)
    {
        (_answer, _code) = ("""
            {"kind":"$KINDWebhookConfiguration","metadata":{"name":"00-admissionguard","resourceVersion":"7"},
             "webhooks":[{"name":"other.io"},{"name":"one.admissionguard.io","clientConfig":{"caBundle":"b2xk"}},{"name":"two.admissionguard.io"}]}
            """, code);
        using var deadline = Deadline();
        var read = await Webhooks().ReadAsync(deadline);
        Assert.Equal(["old", "", "old", ""], read.Webhooks.Select(webhook => webhook.Bundle));

        var failure = await Webhooks().PublishAsync(read.Webhooks, "new", deadline);

        Assert.Equal(kind is null ? null : new WebhookFailure("mutatingwebhookconfigurations", new ApiFailure(kind.Value, code)), failure);

        Assert.Equal(
            """[{"op":"test","path":"/metadata/resourceVersion","value":"7"},"""
            + """{"op":"test","path":"/webhooks/1/name","value":"one.admissionguard.io"},{"op":"add","path":"/webhooks/1/clientConfig/caBundle","value":"bmV3"},"""
            + """{"op":"test","path":"/webhooks/2/name","value":"two.admissionguard.io"},{"op":"add","path":"/webhooks/2/clientConfig/caBundle","value":"bmV3"}]""",
            _it.Server.Requests.First(request => request.Method == "PATCH").Body);
    }

    private CertificateSecret Secret() => new(_it.Calls, "home", "tls");

    private WebhookConfigurations Webhooks() => new(_it.Calls, "00-admissionguard");

    private Deadline Deadline() => new(_it.Time, CallsOfStub.Budget, TestContext.Current.CancellationToken);
}
