using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster.Nodes;

namespace AdmissionGuard.TestCluster;

/// <summary>A real etcd, kube-apiserver and kube-controller-manager on free ports of loopback, with certificates of their own.</summary>
public sealed class ControlPlane : IAsyncDisposable
{
    private const int Tries = 3;
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    private readonly Binaries _binaries;
    private readonly DirectoryInfo _folder;
    private readonly Authority _authority;
    private readonly List<ChildProcess> _children = [];
    private readonly ConcurrentDictionary<string, Lazy<Credentials>> _credentials = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Kubectl>> _kubectls = new(StringComparer.Ordinal);
    private readonly Lazy<ApiClient> _adminApi;
    private SimulatedNodes? _nodes;
    private int _users;
    private Uri _url = new("https://127.0.0.1");

    private ControlPlane(Binaries binaries)
    {
        _binaries = binaries;
        _folder = Directory.CreateTempSubdirectory("admissionguard-cluster-");
        _authority = new Authority(_folder.FullName);
        _adminApi = new Lazy<ApiClient>(() => new ApiClient(Admin));
    }

    /// <summary>kubectl as a cluster administrator.</summary>
    public Kubectl Admin => KubectlAs("admin", "system:masters");

    /// <summary>
    /// The same administrator's requests without kubectl, which takes a hundred times as long to start as a request takes.
    /// </summary>
    public ApiClient AdminApi => _adminApi.Value;

    /// <summary>A folder that goes when the control plane goes.</summary>
    public string Folder => _folder.FullName;

    /// <summary>The CA of every certificate of the control plane's.</summary>
    public string CaFile => _authority.CertificateFile;

    /// <summary>The API server's version.</summary>
    public Version Version => _binaries.Version;

    /// <summary>The nodes, of a control plane that has some.</summary>
    /// <exception cref="InvalidOperationException">It has none.</exception>
    public SimulatedNodes Nodes => _nodes ?? throw new InvalidOperationException("this control plane was started without nodes");

    private ApiServerFiles Files => new(Folder, _authority);

    /// <summary>Starts everything.</summary>
    /// <param name="progress">Reports steps that take long.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <param name="withTenants">Whether Capsule's Tenant resource is installed.</param>
    /// <param name="nameToWebhooks">The name in the client certificate that the API server shows to webhooks; <see langword="null"/> for
    /// none, which is usual.</param>
    /// <param name="withNodes">Whether there are nodes, on which the guard's pods run as processes, and Services that lead to them.</param>
    /// <returns>The control plane, ready to use.</returns>
    /// <exception cref="InvalidOperationException">A part did not start; the end of its log is told.</exception>
    public static async Task<ControlPlane> StartAsync(
        Action<string> progress,
        CancellationToken cancellation,
        bool withTenants = true,
        string? nameToWebhooks = null,
        bool withNodes = false)
    {
        var plane = new ControlPlane(await Binaries.FindAsync(progress, cancellation));
        try
        {
            plane._nodes = withNodes ? new SimulatedNodes(plane) : null;
            progress($"control plane: starting etcd and kube-apiserver {plane.Version}");
            await plane.StartApiServerAsync(
                [
                    .. nameToWebhooks is null ? Array.Empty<string>() : [plane.Files.ClientCertificate(nameToWebhooks)],
                    .. withNodes ? [plane.Files.ServicesThrough(plane.Nodes.ProxySocket)] : Array.Empty<string>(),
                ],
                cancellation);
            if (withTenants)
            {
                await plane.InstallTenantsAsync(cancellation);
            }

            // After the custom resource: the garbage collector looks for kinds every half minute only.
            progress("control plane: starting kube-controller-manager");
            plane.StartControllerManager();
            await Poll.UntilAsync(
                "the namespace controller",
                StartLimit,
                async () => (await plane.Admin.RunAsync("get", "serviceaccount", "default")).ExitCode == 0,
                cancellation);
            await (plane._nodes?.StartAsync() ?? Task.CompletedTask);
            return plane;
        }
        catch
        {
            await plane.DisposeAsync();
            throw;
        }
    }

    /// <summary>kubectl as a user with a client certificate; the same one for the same user, whichever test asks.</summary>
    /// <param name="user">The user's name.</param>
    /// <param name="groups">The user's groups.</param>
    /// <returns>kubectl.</returns>
    public Kubectl KubectlAs(string user, params string[] groups) => _kubectls.GetOrAdd(KeyOf(user, groups), _ => new Lazy<Kubectl>(() =>
    {
        var (name, certificate, key) = CredentialsOf(user, groups);
        return WithKubeconfig(name, $"{{client-certificate: {certificate}, client-key: {key}}}");
    })).Value;

    /// <summary>kubectl as a service account, with a token of a day.</summary>
    /// <param name="namespace">The service account's namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="file">What its files are called; by the account unless given.</param>
    /// <returns>kubectl.</returns>
    public async Task<Kubectl> KubectlAsServiceAccountAsync(string @namespace, string name, string? file = null)
    {
        file ??= $"{@namespace}-{name}";
        var token = Path.Combine(Folder, $"{file}.token");
        await File.WriteAllTextAsync(token, await AdminApi.TokenAsync(@namespace, name));
        return WithKubeconfig(file, $"{{tokenFile: {token}}}");
    }

    /// <summary>Installs Capsule's Tenant resource.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>When it is served.</returns>
    public async Task InstallTenantsAsync(CancellationToken cancellation)
    {
        await Admin.OkAsync("apply", "-f", Path.Combine(AppContext.BaseDirectory, "tenant-crd.yaml"));
        await Poll.UntilAsync(
            "the Tenant resource",
            StartLimit,
            async () => (await Admin.RunAsync("get", "tenants.capsule.clastix.io")).ExitCode == 0,
            cancellation);
    }

    /// <summary>Creates a tenant, or sets the owner of one that exists.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="owner">A user that owns it.</param>
    /// <returns>Its UID.</returns>
    public async Task<string> CreateTenantAsync(string name, string owner = "nobody")
    {
        const string Path = "/apis/capsule.clastix.io/v1beta2/tenants";
        var answer = await AdminApi.CreateAsync(Path, $$"""
            apiVersion: capsule.clastix.io/v1beta2
            kind: Tenant
            metadata: {name: {{name}}}
            spec: {owners: [{kind: User, name: {{owner}}}]}
            """);
        if (answer.Code == 409)
        {
            var owners = JsonNode.Parse($$$"""{"spec":{"owners":[{"kind":"User","name":"{{{owner}}}"}]}}""");
            answer = await AdminApi.SendAsync(HttpMethod.Patch, $"{Path}/{name}", owners, ApiClient.MergePatch);
        }

        return (string)answer.Ok()["metadata"]!["uid"]!;
    }

    /// <summary>The client certificate of a user.</summary>
    /// <param name="user">The user's name.</param>
    /// <param name="groups">The user's groups.</param>
    /// <returns>The certificate and its key.</returns>
    public X509Certificate2 CertificateOf(string user, params string[] groups)
    {
        var credentials = CredentialsOf(user, groups);
        return X509Certificate2.CreateFromPemFile(credentials.Certificate, credentials.Key);
    }

    /// <summary>Sends a raw request as a user, for what kubectl has no flag for.</summary>
    /// <param name="user">The user's name.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">The path.</param>
    /// <param name="contentType">The body's type.</param>
    /// <param name="body">The body.</param>
    /// <param name="groups">The user's groups.</param>
    /// <returns>The HTTP code and the answer.</returns>
    public async Task<(HttpStatusCode Code, string Body)> SendAsync(
        string user, HttpMethod method, string path, string contentType, string body, params string[] groups)
    {
        using var certificate = CertificateOf(user, groups);
        using var handler = new SocketsHttpHandler
        {
            SslOptions =
            {
                ClientCertificates = [certificate],
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { _authority.Certificate },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        };
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(method, new Uri(_url, path)) { Content = new StringContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var response = await http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await (_nodes?.DisposeAsync() ?? default);
        // The last started first: the controller manager needs the API server to go in peace.
        foreach (var child in Enumerable.Reverse(_children))
        {
            await child.DisposeAsync();
        }

        if (_adminApi.IsValueCreated)
        {
            AdminApi.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private async Task StartApiServerAsync(IReadOnlyList<string> more, CancellationToken cancellation)
    {
        var (certificate, key) = _authority.Issue("server", "kube-apiserver");
        var serviceAccountKey = WriteServiceAccountKey();
        for (var attempt = 1; ; attempt++)
        {
            var (etcdPort, peerPort, apiPort) = (FreePort.Find(), FreePort.Find(), FreePort.Find());
            var etcd = Start($"etcd-{attempt}", _binaries["etcd"],
            [
                "--name=default", $"--data-dir={Path.Combine(Folder, $"etcd-{attempt}")}", "--log-level=error",
                $"--listen-client-urls=https://127.0.0.1:{etcdPort}", $"--advertise-client-urls=https://127.0.0.1:{etcdPort}",
                $"--listen-peer-urls=http://127.0.0.1:{peerPort}", $"--initial-advertise-peer-urls=http://127.0.0.1:{peerPort}",
                $"--initial-cluster=default=http://127.0.0.1:{peerPort}",
                $"--cert-file={certificate}", $"--key-file={key}", "--client-cert-auth", $"--trusted-ca-file={_authority.CertificateFile}",
            ]);
            _url = new Uri($"https://127.0.0.1:{apiPort}/");
            var apiServer = Start($"kube-apiserver-{attempt}", _binaries["kube-apiserver"],
            [
                $"--etcd-servers=https://127.0.0.1:{etcdPort}",
                $"--etcd-cafile={_authority.CertificateFile}",
                $"--etcd-certfile={certificate}",
                $"--etcd-keyfile={key}",
                "--bind-address=127.0.0.1", $"--secure-port={apiPort}", $"--tls-cert-file={certificate}", $"--tls-private-key-file={key}",
                $"--client-ca-file={_authority.CertificateFile}", "--authorization-mode=RBAC", "--endpoint-reconciler-type=none",
                "--service-cluster-ip-range=10.0.0.0/24", "--service-account-issuer=https://kubernetes.default.svc",
                $"--service-account-key-file={serviceAccountKey}", $"--service-account-signing-key-file={serviceAccountKey}",
                .. more,
            ]);
            // They name an API server that never came to be.
            _kubectls.Clear();
            try
            {
                await Poll.UntilAsync("the API server", StartLimit, () => IsReadyAsync(etcd, apiServer), cancellation);
                return;
            }
            catch (InvalidOperationException) when (attempt < Tries)
            {
                // Between being found free and being used, a port may have gone to somebody else.
                await apiServer.StopAsync();
                await etcd.StopAsync();
            }
        }
    }

    private async Task<bool> IsReadyAsync(params ChildProcess[] parts)
    {
        foreach (var part in parts.Where(part => part.HasExited))
        {
            throw new InvalidOperationException($"{Path.GetFileNameWithoutExtension(part.LogFile)} ended:\n{part.Tail()}");
        }

        return (await Admin.RunAsync("get", "--raw", "/readyz")).ExitCode == 0
            && (await Admin.RunAsync("get", "namespace", "default")).ExitCode == 0;
    }

    private void StartControllerManager()
    {
        var manager = KubectlAs("system:kube-controller-manager");
        List<string> arguments =
        [
            $"--kubeconfig={manager.Kubeconfig}", "--leader-elect=false", "--bind-address=127.0.0.1", $"--secure-port={FreePort.Find()}",
            "--use-service-account-credentials=true", $"--service-account-private-key-file={Path.Combine(Folder, "service-account.key")}",
            $"--root-ca-file={_authority.CertificateFile}",
        ];
        if (_nodes is not null)
        {
            // Nobody renews the nodes' leases.
            arguments.Add("--controllers=*,-nodelifecycle");
        }

        if (Version < new Version(1, 24))
        {
            // The insecure port of before, which is the same for every process of a machine.
            arguments.Add("--port=0");
        }

        Start("kube-controller-manager", _binaries["kube-controller-manager"], arguments);
    }

    private ChildProcess Start(string name, string program, IEnumerable<string> arguments)
    {
        var child = ChildProcess.Start(program, arguments, Path.Combine(Folder, $"{name}.log"));
        _children.Add(child);
        return child;
    }

    private string WriteServiceAccountKey()
    {
        using var key = RSA.Create(2048);
        var file = Path.Combine(Folder, "service-account.key");
        File.WriteAllText(file, key.ExportRSAPrivateKeyPem());
        return file;
    }

    private Kubectl WithKubeconfig(string name, string user)
    {
        var kubeconfig = Path.Combine(Folder, $"{name}.kubeconfig");
        File.WriteAllText(kubeconfig, $$$"""
            apiVersion: v1
            kind: Config
            current-context: {{{name}}}
            contexts: [{name: {{{name}}}, context: {cluster: test, user: {{{name}}}}}]
            clusters: [{name: test, cluster: {server: "{{{_url}}}", certificate-authority: {{{_authority.CertificateFile}}}}}]
            users: [{name: {{{name}}}, user: {{{user}}}}]

            """);
        return new Kubectl(_binaries.Kubectl, kubeconfig, Folder);
    }

    private Credentials CredentialsOf(
        string user, string[] groups) => _credentials.GetOrAdd(KeyOf(user, groups), _ => new Lazy<Credentials>(() =>
    {
        // Numbered, since two names may read the same once they are fit for a file.
        var name = $"{string.Concat(user.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'))}-{Interlocked.Increment(ref _users)}";
        var (certificate, key) = _authority.Issue(name, user, [.. groups]);
        return new Credentials(name, certificate, key);
    })).Value;

    private static string KeyOf(string user, string[] groups) => string.Join('\n', [user, .. groups]);

    // Issued once: tests run side by side, and files that change under a kubectl that reads them fail it now and then.
    private sealed record Credentials(string Name, string Certificate, string Key);
}
