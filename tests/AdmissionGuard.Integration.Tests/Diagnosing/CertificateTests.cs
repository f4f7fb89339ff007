using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Diagnosing;

namespace AdmissionGuard.Integration.Tests.Diagnosing;

/// <summary>What the doctor says of the certificate that is served, and of the authority that the API server trusts.</summary>
public sealed class CertificateTests : IAsyncLifetime
{
    private StubInstallation _here = null!;

    public async ValueTask InitializeAsync() => _here = await StubInstallation.StartAsync();

    public ValueTask DisposeAsync() => _here.DisposeAsync();

    [Theory]
    [InlineData(-90, 10, "", "warning", "expires on ", "less than a third of its lifetime is left")]
    [InlineData(-70, 30, "--certificates=self-managed", "warning", "expires on ", "less than a third of its lifetime is left")]
    [InlineData(-90, 10, "--certificates=self-managed", "failed", "expires on ", "and should have been renewed already")]
    [InlineData(-90, -1, "", "failed", "expired on ", "the API server no longer trusts the guard")]
    [InlineData(1, 90, "", "failed", "is not valid before ", "which is in the future: check the clocks")]
    public async Task A_certificate_has_long_enough_to_live(int from, int to, string argument, string status, string words, string more)
    {
        if (argument.Length > 0)
        {
            _here.Change(
                StubInstallation.Deployments,
                deployment => StubInstallation.Arguments(deployment).Add(argument));
            _here.Cluster.Allows = spec => spec["resourceAttributes"]!["namespace"] is not null
                || spec["resourceAttributes"]!["verb"]!.ToString() is "get" or "list" or "create"
                    && spec["resourceAttributes"]!["resource"]!.ToString() is not ("secrets" or "pods");
        }

        _here.Serve(_here.Issue(TimeSpan.FromDays(from), TimeSpan.FromDays(to)));

        var answer = await _here.AskAsync();
        var line = Assert.Single(answer.Errors, line => line.Contains(" certificate: ", StringComparison.Ordinal));

        Assert.StartsWith($"{status} certificate: certificate in Secret admissionguard-tls {words}", line, StringComparison.Ordinal);
        Assert.EndsWith(more, line, StringComparison.Ordinal);
        Assert.Contains(
            argument.Length > 0 ? "logs deployment/admissionguard" : "certs-scripts/make-certs.sh",
            answer.Remediation("certificate"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40 * 60, "in 39 minutes")]
    [InlineData(90, "in 89 seconds", "in 88 seconds", "in 8", "in 7")]
    [InlineData(5 * 3600, "in 4 hours")]
    public async Task What_is_left_is_never_called_nothing(int seconds, params string[] words)
    {
        _here.Serve(_here.Issue(TimeSpan.FromDays(-1), TimeSpan.FromSeconds(seconds)));

        var line = Assert.Single((await _here.AskAsync()).Errors, line => line.Contains(" certificate: ", StringComparison.Ordinal));

        Assert.Contains(words, each => line.Contains(each, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_certificate_in_the_Secret_that_its_key_does_not_fit_is_not_taken_for_the_one_that_is_served(bool hasKey)
    {
        var (day, year) = (TimeSpan.FromDays(-1), TimeSpan.FromDays(364));
        _here.Serve(_here.Issue(day, year).Pem, hasKey ? _here.Issue(day, year).KeyPem : "");

        var answer = await _here.AskAsync();

        Assert.StartsWith(
            $"failed certificate: certificate in Secret admissionguard-tls is invalid, so the guard serves another certificate or none: {(hasKey ? "" : "it has no key in tls.key")}",
            Assert.Single(answer.Errors),
            StringComparison.Ordinal);
        Assert.DoesNotContain(answer.Lines, line => line.Contains(" ca-bundle: ", StringComparison.Ordinal));
        Assert.Contains("certs-scripts/make-certs.sh", answer.Remediation("certificate"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_authority_than_the_one_that_signed_it_is_not_trusted()
    {
        var other = TestCertificate.SelfSigned(CertificateSpec.Authority("AdmissionGuard CA"));
        _here.Serve(_here.Issue(TimeSpan.FromDays(-1), TimeSpan.FromDays(364)), other.Pem);

        var answer = await _here.AskAsync();

        Assert.Equal(
            [
                "failed ca-bundle: mutate.admissionguard.io does not trust the certificate in Secret admissionguard-tls: its certificate authority is not in the caBundle",
                "failed ca-bundle: validate.admissionguard.io does not trust the certificate in Secret admissionguard-tls: its certificate authority is not in the caBundle",
            ],
            answer.Errors);
        Assert.Equal("certs-scripts/set-ca-bundle.sh --ca certs/ca.crt --live", answer.Commands("ca-bundle")[0]);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_not_trusted()
    {
        _here.Serve(_here.Issue(TimeSpan.FromDays(-1), TimeSpan.FromDays(364), "admissionguard.elsewhere.svc"));

        Assert.Equal(
            "failed ca-bundle: mutate.admissionguard.io does not trust the certificate in Secret admissionguard-tls: it is not valid for the name admissionguard.admissionguard-system.svc",
            (await _here.AskAsync()).Errors[0]);
    }

    [Fact]
    public async Task An_authority_that_expired_is_not_trusted_and_beside_a_good_one_it_is_in_the_way()
    {
        var over = TestCertificate.SelfSigned(
            CertificateSpec.Authority("AdmissionGuard CA") with { From = TimeSpan.FromDays(-100), To = TimeSpan.FromDays(-1) });
        _here.Serve(
            over.Issue(new CertificateSpec("admissionguard") { From = TimeSpan.FromDays(-50), To = TimeSpan.FromDays(-2) }), over.Pem);
        var alone = await _here.AskAsync();
        _here.Serve(_here.Issue(TimeSpan.FromDays(-1), TimeSpan.FromDays(364)), $"{_here.Authority.Pem}\n{over.Pem}");
        var beside = await _here.AskAsync();

        Assert.StartsWith(
            "failed ca-bundle: mutate.admissionguard.io does not trust the certificate in Secret admissionguard-tls: its certificate authority expired on ",
            alone.Errors[0],
            StringComparison.Ordinal);
        Assert.Equal(["warning", "warning"], beside.Errors.Select(line => line.Split(' ')[0]));
        Assert.Contains("but its caBundle also contains an authority that expired on ", beside.Errors[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "has no caBundle: the API server trusts only the certificate authorities of its system")]
    [InlineData("bm9uc2Vuc2U=", "has an invalid caBundle: the API server does not trust the guard")]
    public async Task A_bundle_with_nothing_in_it_trusts_nobody(string? bundle, string words)
    {
        _here.Change(StubInstallation.Validating, configuration => configuration["webhooks"]![0]!["clientConfig"]!["caBundle"] = bundle);

        Assert.Equal([$"failed ca-bundle: validate.admissionguard.io {words}"], (await _here.AskAsync()).Errors);
    }

    [Fact]
    public async Task What_cert_manager_injects_is_not_to_be_set_by_hand()
    {
        _here.Change(StubInstallation.Mutating, configuration =>
        {
            configuration["metadata"]!["annotations"] = new JsonObject
            {
                ["cert-manager.io/inject-ca-from"] = "admissionguard-system/admissionguard-serving",
            };
            configuration["webhooks"]![0]!["clientConfig"]!["caBundle"] = "";
        });

        Assert.Equal(["kubectl -n cert-manager logs deployment/cert-manager-cainjector"], (await _here.AskAsync()).Commands("ca-bundle"));
    }

    [Fact]
    public async Task Without_the_right_to_the_Secret_it_says_how_to_look_at_what_is_served_and_looks()
    {
        _here.Cluster.Codes[StubInstallation.Secret] = 403;
        var blind = await _here.AskAsync();
        await using var guard = await StubServer.StartAsync(
            StubServer.NotFoundAsync, TestCertificate.SelfSigned(CertificateSpec.Loopback with { To = TimeSpan.FromDays(-1) }));
        var seeing = await _here.AskAsync(new DoctorOptions { Endpoint = guard.Url.Authority });

        Assert.Equal(
            "unknown certificate: the served certificate could not be read: Secret admissionguard-tls: permission denied (403)",
            blind.Errors[^1]);
        Assert.Contains("admissionguard doctor --endpoint 127.0.0.1:9443", blind.Commands("certificate"));
        Assert.Equal(0, blind.ExitCode);
        Assert.Contains(
            $"failed ca-bundle: validate.admissionguard.io does not trust the certificate of {guard.Url.Authority}: its certificate authority is not in the caBundle",
            seeing.Errors);
        Assert.StartsWith(
            $"failed certificate: certificate of {guard.Url.Authority} expired on ", seeing.Errors[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_that_nobody_answers_at_is_told()
    {
        var answer = await _here.AskAsync(new DoctorOptions { Endpoint = "127.0.0.1:1" });

        Assert.Contains(
            "unknown certificate: the served certificate could not be read: 127.0.0.1:1 can't be reached over TLS: ",
            answer.Errors[^1],
            StringComparison.Ordinal);
    }
}
