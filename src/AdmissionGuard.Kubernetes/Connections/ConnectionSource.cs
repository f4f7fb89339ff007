using System.Text;
using k8s;
using k8s.Authentication;

namespace AdmissionGuard.Kubernetes.Connections;

/// <summary>Nothing to connect with, or nothing that can be used.</summary>
/// <param name="message">What, and where.</param>
/// <param name="inner">The cause.</param>
public sealed class ConnectionSourceException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Where addresses and credentials come from.</summary>
internal abstract class ConnectionSource
{
    /// <summary>What it is, for messages.</summary>
    public abstract string Name { get; }

    /// <summary>The files that a change of means another client.</summary>
    public abstract IReadOnlyList<string> Files();

    /// <summary>The credentials that a plugin gave, where one is asked; known once configured.</summary>
    public ExecCredentials? Plugin { get; private set; }

    /// <summary>The configuration that they say now; what KubernetesClient throws on files that it can't use is not translated.</summary>
    /// <exception cref="ConnectionSourceException">They can't be used.</exception>
    public KubernetesClientConfiguration Configure()
    {
        var configuration = Read();
        if (configuration.SslCaCerts is { Count: 0 })
        {
            // Read while it was being written, for instance: a client that trusts nobody can reach nobody.
            throw new ConnectionSourceException($"{Name} can't be used: the certificate authority's file holds no whole certificate");
        }

        configuration.UserAgent = "admissionguard";
        configuration.FirstMessageHandlerSetup = handler =>
        {
            handler.ConnectTimeout = TimeSpan.FromSeconds(2);
            handler.KeepAlivePingDelay = TimeSpan.FromSeconds(10);
            handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(5);
        };
        return configuration;
    }

    public static ConnectionSource Find(string? kubeconfig, string? context, TimeProvider time)
    {
        if (kubeconfig is not null)
        {
            return new KubeconfigSource(kubeconfig, context, time);
        }

        // The first of several: merging is kubectl's business, and a server is given one file.
        var fromEnvironment = Environment.GetEnvironmentVariable("KUBECONFIG")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return fromEnvironment is [var file, ..] ? new KubeconfigSource(file, context, time)
            : context is not null ? throw new ConnectionSourceException($"no kubeconfig to find context '{context}' in: give --kubeconfig FILE, or set KUBECONFIG")
            : KubernetesClientConfiguration.IsInCluster() ? new InClusterSource()
            : throw new ConnectionSourceException("no cluster to connect to: give --kubeconfig FILE, set KUBECONFIG, or run in a pod with a service account");
    }

    protected abstract KubernetesClientConfiguration Read();

    private sealed class InClusterSource : ConnectionSource
    {
        private const string Folder = "/var/run/secrets/kubernetes.io/serviceaccount";

        public override string Name => $"the service account in {Folder}";

        public override IReadOnlyList<string> Files() => [Path.Combine(Folder, "token"), Path.Combine(Folder, "ca.crt")];

        protected override KubernetesClientConfiguration Read() => KubernetesClientConfiguration.InClusterConfig();
    }

    private sealed class KubeconfigSource(string path, string? context, TimeProvider time) : ConnectionSource
    {
        public override string Name => $"kubeconfig {path}";

        public override IReadOnlyList<string> Files() => [path, .. Kubeconfig.Read(path, context).Files()];

        protected override KubernetesClientConfiguration Read()
        {
            var kubeconfig = Kubeconfig.Read(path, context);
            var configuration = KubernetesClientConfiguration.BuildConfigFromConfigObject(kubeconfig.Model);
            if (kubeconfig.TokenFile is { } tokenFile)
            {
                configuration.TokenProvider = new TokenFileAuth(tokenFile);
            }

            Plugin = kubeconfig.Plugin is { } plugin ? ExecCredentials.Open(plugin, time) : null;
            if (Plugin is not null)
            {
                Apply(Plugin, configuration);
            }

            return configuration;
        }

        private static void Apply(ExecCredentials plugin, KubernetesClientConfiguration configuration)
        {
            if (plugin.First is { ClientCertificateData: { Length: > 0 } certificate, ClientKeyData: { Length: > 0 } key })
            {
                configuration.ClientCertificateData = Convert.ToBase64String(Encoding.UTF8.GetBytes(certificate));
                configuration.ClientCertificateKeyData = Convert.ToBase64String(Encoding.UTF8.GetBytes(key));
            }

            if (plugin.First.Token is { Length: > 0 })
            {
                configuration.TokenProvider = plugin;
            }
        }
    }
}
