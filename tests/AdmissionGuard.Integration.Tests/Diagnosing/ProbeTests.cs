using AdmissionGuard.Tools.Diagnosing;
using AdmissionGuard.Tools.Diagnosing.Probing;

namespace AdmissionGuard.Integration.Tests.Diagnosing;

/// <summary>What the doctor concludes from what the API server answers to its dry runs.</summary>
public sealed class ProbeTests : IAsyncLifetime
{
    private StubInstallation _here = null!;

    public async ValueTask InitializeAsync() => _here = await StubInstallation.StartAsync();

    public ValueTask DisposeAsync() => _here.DisposeAsync();

    [Theory]
    [InlineData(
        500,
        "Internal error occurred: failed calling webhook \"validate.admissionguard.io\": failed to call webhook: Post \"https://a.b.svc:443/validate?timeout=5s\": service \"admissionguard\" not found",
        "failed probe: the API server got no answer from validate.admissionguard.io: Post \"https://a.b.svc:443/validate?timeout=5s\": service \"admissionguard\" not found")]
    [InlineData(
        500,
        "Internal error occurred: failed calling webhook \"validate.admissionguard.io\": Post \"https://a.b.svc:443/validate?timeout=5s\": x509: certificate signed by unknown authority",
        "failed probe: the API server got no answer from validate.admissionguard.io: Post \"https://a.b.svc:443/validate?timeout=5s\": x509: certificate signed by unknown authority")]
    [InlineData(200, "", "failed probe: the API server did not call validate.admissionguard.io: it admitted what the guard refuses in every mode")]
    [InlineData(
        403,
        "admission webhook \"validate.admissionguard.io\" denied the request: no namespaces today",
        "failed probe: validate.admissionguard.io answered, but not like the guard: no namespaces today")]
    [InlineData(
        403,
        "admission webhook \"other.example.com\" denied the request: no",
        "unknown probe: another webhook, other.example.com, refused the request that should reach validate.admissionguard.io: no")]
    [InlineData(
        403,
        "namespaces \"admissionguard-system\" is forbidden: User \"dora\" cannot patch resource \"namespaces/status\" in API group \"\"",
        "unknown probe: whether the API server calls the guard was not tried: you may not patch namespace admissionguard-system")]
    [InlineData(418, "", "unknown probe: whether the API server calls validate.admissionguard.io is unknown: the API server answered 418: ")]
    public async Task Only_the_guards_own_refusal_is_well(int code, string message, string line)
    {
        _here.Refuse(StubInstallation.OwnNamespaceStatus, code, message);

        var answer = await _here.AskAsync();

        Assert.Equal([line], answer.Errors);
        Assert.Contains("ok probe: the API server called mutate.admissionguard.io, and the guard answered", answer.Lines);
    }

    [Fact]
    public async Task A_mutator_that_is_ignored_is_found_by_the_validators_refusal()
    {
        _here.Refuse(StubInstallation.OwnNamespace, "validate.admissionguard.io");

        Assert.Equal(
            ["failed probe: mutate.admissionguard.io was not called, or did not answer: a change of the label is not completed"],
            (await _here.AskAsync()).Errors);
    }

    [Fact]
    public async Task Without_the_right_the_role_is_named_once_with_the_users_name()
    {
        const string Forbidden = "namespaces is forbidden: User cannot patch resource";
        _here.Refuse(StubInstallation.OwnNamespace, 403, Forbidden);
        _here.Refuse(StubInstallation.OwnNamespaceStatus, 403, Forbidden);

        var answer = await _here.AskAsync();

        Assert.Single(answer.Errors);
        Assert.Equal(
            ["kubectl create clusterrolebinding admissionguard-doctor-probe-69db3197 --clusterrole=admissionguard-doctor-probe --user=dora"],
            answer.Commands("probe"));
        Assert.Equal(0, answer.ExitCode);
    }

    [Fact]
    public async Task Nothing_is_sent_without_it_and_it_is_not_called_well()
    {
        var answer = await _here.AskAsync(new DoctorOptions { IsProbed = false });

        Assert.DoesNotContain(_here.Cluster.Asked, asked => asked.StartsWith("PATCH ", StringComparison.Ordinal));
        Assert.Equal(["unknown probe: whether the API server calls the guard was not tried (--no-probe)"], answer.Errors);
    }

    [Fact]
    public async Task A_client_certificate_that_the_API_server_does_not_present_is_named_and_the_arguments_are_removed()
    {
        _here.Change(StubInstallation.Deployments, deployment =>
        {
            var arguments = StubInstallation.Arguments(deployment);
            arguments.Add("--client-ca=/etc/admissionguard/client-ca/ca.crt");
            arguments.Add("--client-name=kube-apiserver");
        });
        _here.Refuse(
            StubInstallation.OwnNamespaceStatus,
            500,
            "failed calling webhook \"validate.admissionguard.io\": failed to call webhook: Post \"https://a:443\": remote error: tls: certificate required");

        Assert.Equal(
            [
                """kubectl -n admissionguard-system patch deployment admissionguard --type=json -p '[{"op":"remove","path":"/spec/template/spec/containers/0/args/4"},{"op":"remove","path":"/spec/template/spec/containers/0/args/3"}]'""",
            ],
            (await _here.AskAsync()).Commands("probe"));
    }

    [Fact]
    public void A_message_of_any_length_is_cut() => Assert.True(
        Assert.IsType<ProbeAnswer.Refused>(
            AdmissionProbe.Read(403, $"admission webhook \"a\" denied the request: {new string('x', 100_000)}")).Message.Length <= 300);
}
