using System.Security.Cryptography.X509Certificates;
using AdmissionGuard.Server.Certificates;
using AdmissionGuard.Server.Certificates.SelfManaged;

namespace AdmissionGuard.Integration.Tests.Certificates;

public sealed class CertsScriptsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_certificate_is_for_the_Service_and_for_a_local_run_and_the_guard_can_serve_it()
    {
        await MakeAsync();

        using var certificate = X509CertificateLoader.LoadCertificateFromFile(At("tls.crt"));
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Equal(
            [
                "admissionguard.admissionguard-system",
                "admissionguard.admissionguard-system.svc",
                "admissionguard.admissionguard-system.svc.cluster.local",
                "localhost",
            ],
            names.EnumerateDnsNames().Order(StringComparer.Ordinal));
        Assert.Equal(
            ["127.0.0.1", "::1"], names.EnumerateIPAddresses().Select(address => address.ToString()).Order(StringComparer.Ordinal));
        using var chain = new X509Chain
        {
            ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck },
        };
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(At("ca.crt"));
        Assert.True(chain.Build(certificate));
        Assert.True(
            CertificatePair.Read(await ReadAsync("tls.crt"), await ReadAsync("tls.key")).Validity.Covers(TimeProvider.System.GetUtcNow()));
    }

    [Fact]
    public async Task The_certificates_are_those_that_the_guard_itself_would_issue()
    {
        var options = new CertificateOptions { Hosts = ["localhost", "127.0.0.1", "::1"] };
        var issuer = new CertificateIssuer(
            options.Service, options.AllNames, new Lifetimes(TimeSpan.FromDays(90), TimeSpan.FromDays(3650)));
        var (authority, key) = issuer.MakeAuthority(TimeProvider.System.GetUtcNow());
        using var ownAuthority = authority;
        using var ownLeaf = X509Certificate2.CreateFromPem(
            issuer.IssueLeaf(ownAuthority, key, TimeProvider.System.GetUtcNow()).Certificate);

        await MakeAsync("--days", "90");

        using var scriptAuthority = X509CertificateLoader.LoadCertificateFromFile(At("ca.crt"));
        using var scriptLeaf = X509CertificateLoader.LoadCertificateFromFile(At("tls.crt"));
        Assert.Equal(Described(ownAuthority), Described(scriptAuthority));
        Assert.Equal(Described(ownLeaf), Described(scriptLeaf));
        Assert.Equal(ownLeaf.Subject, scriptLeaf.Subject);
    }

    [Fact]
    public async Task Run_twice_nothing_changes_and_run_with_renew_the_authority_stays()
    {
        await MakeAsync();
        var first = Files();
        await MakeAsync();
        var second = Files();
        await MakeAsync("--renew");
        var third = Files();

        Assert.Equal(first, second);
        Assert.Equal(first["ca.crt"], third["ca.crt"]);
        Assert.Equal(first["ca.key"], third["ca.key"]);
        Assert.NotEqual(first["tls.crt"], third["tls.crt"]);
    }

    [Fact]
    public async Task The_keys_are_for_their_owner_alone()
    {
        await MakeAsync();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(At("ca.key")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(At("tls.key")));
    }

    [Fact]
    public async Task The_authority_goes_into_both_webhook_configurations_and_going_in_again_changes_nothing()
    {
        await MakeAsync();

        var once = await SetAsync("", Repository.File("deploy", "base", "webhooks.yaml"));
        var twice = await SetAsync(once, "-");

        Assert.Equal(once, twice);
        var bundle = Convert.ToBase64String(await File.ReadAllBytesAsync(At("ca.crt"), TestContext.Current.CancellationToken));
        Assert.Equal(2, once.Split('\n').Count(line => line.Trim() == $"caBundle: {bundle}"));
    }

    [Theory]
    [InlineData("make-certs.sh", "--no-such-option")]
    [InlineData("make-certs.sh", "--days", "soon")]
    [InlineData("set-ca-bundle.sh")]
    public async Task A_bad_argument_is_exit_code_2_and_says_what(string script, params string[] arguments)
    {
        var result = await new Command(Repository.File("certs-scripts", script), arguments).RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--help", result.Error, StringComparison.Ordinal);
    }

    /// <summary>What both have to have in common: all but the names of authorities, the keys and the serial numbers.</summary>
    private static List<string> Described(X509Certificate2 certificate) =>
    [
        $"{(certificate.NotAfter - certificate.NotBefore).TotalDays:0} days",
        certificate.SignatureAlgorithm.FriendlyName!,
        certificate.GetECDsaPublicKey()!.ExportParameters(includePrivateParameters: false).Curve.Oid.FriendlyName!,
        .. certificate.Extensions.Select(extension => $"{extension.Oid!.Value}{(extension.Critical ? ", critical" : "")}: {extension switch
        {
            X509SubjectAlternativeNameExtension names => string.Join(
                ", ",
                names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString())).Order(StringComparer.Ordinal)),
            X509SubjectKeyIdentifierExtension or X509AuthorityKeyIdentifierExtension => "of a key",
            _ => Convert.ToHexString(extension.RawData),
        }}").Order(StringComparer.Ordinal),
    ];

    private async Task MakeAsync(params string[] arguments) =>
        (await new Command(Repository.File("certs-scripts", "make-certs.sh"), ["--dir", _folder.FullName, .. arguments]).RunAsync(
            TestContext.Current.CancellationToken)).Ok();

    private async Task<string> SetAsync(string input, string manifest) =>
        (await new Command(
            Repository.File("certs-scripts", "set-ca-bundle.sh"),
            ["--ca", At("ca.crt"), manifest]) { Input = input }.RunAsync(TestContext.Current.CancellationToken)).Ok();

    private Dictionary<string, string> Files() =>
        _folder.GetFiles().ToDictionary(file => file.Name, file => File.ReadAllText(file.FullName), StringComparer.Ordinal);

    private Task<string> ReadAsync(string file) => File.ReadAllTextAsync(At(file), TestContext.Current.CancellationToken);

    private string At(string file) => Path.Combine(_folder.FullName, file);
}
