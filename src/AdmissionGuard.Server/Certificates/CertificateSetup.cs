using System.Net;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.LeaderElection;
using AdmissionGuard.Kubernetes.Secrets;
using AdmissionGuard.Kubernetes.Webhooks;
using AdmissionGuard.Server.Certificates.SelfManaged;
using AdmissionGuard.Server.Limits;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace AdmissionGuard.Server.Certificates;

/// <summary>Configures the source of the serving certificate.</summary>
internal static class CertificateSetup
{
    /// <summary>Adds the certificates, and reads those in files.</summary>
    /// <exception cref="ServingCertificateException">A file is missing, or can't be used.</exception>
    public static IServiceCollection AddCertificates(this IServiceCollection services, CertificateOptions options)
    {
        var serving = new ServingCertificates();
        services.AddSingleton(serving).AddSingleton<CertificateMetrics>().AddSingleton<RejectedClientCertificates>();
        if (options.ClientCa is { } clientCa)
        {
            services.Watch("client certificate authority", $"client certificate authority {clientCa}", [clientCa], (contents, _) =>
            {
                serving.SetClients(ClientCertificateValidator.Read(contents[0], options.ClientNames));
                return clientCa;
            });
        }

        if (options.IsSelfManaged)
        {
            services.AddSelfManaged(options);
        }
        else
        {
            var (certificate, key) = (options.CertificateFile, options.KeyFile);
            services.Watch("serving certificate", $"serving certificate {certificate} with key {key}", [
                certificate, key
            ], (contents, now) =>
            {
                var pair = CertificatePair.Read(contents[0], contents[1], now);
                serving.Serve(pair);
                return $"{certificate}, valid until {pair.Validity.Until:u}";
            });
        }

        services.AddHostedService<CertificateRefresher>().AddHealthChecks().AddCheck<CertificateHealthCheck>("certificate");
        return services;
    }

    /// <summary>Serves by TLS, with the certificate that is in use when a connection is made.</summary>
    public static void UseCertificates(this ListenOptions listen)
    {
        var serving = listen.ApplicationServices.GetRequiredService<ServingCertificates>();
        serving.SetRefusals(listen.ApplicationServices.GetRequiredService<RejectedClientCertificates>());
        listen.UseHttps(
            new TlsHandshakeCallbackOptions
            {
                HandshakeTimeout = ServerLimits.HandshakeTime,
                OnConnection = connecting => ValueTask.FromResult(
                    serving.TlsOptions(connecting.Connection.Features.Get<ClientConnection>()?.Address ?? IPAddress.None)),
            });
    }

    private static void AddSelfManaged(this IServiceCollection services, CertificateOptions options)
    {
        var source = new CertificateSource("serving certificate");
        var lifetimes = new Lifetimes(options.Life, options.AuthorityLife);
        services
            .AddSingleton(source)
            .AddSingleton(provider => new LeaderElectionService(
                provider.GetRequiredService<ApiServerClient>(),
                options.Namespace,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<LeaderElectionService>>()))
            .AddSingleton<SelfManagedStatus>()
            .AddSingleton(lifetimes)
            .AddSingleton(
                provider => new CertificateSecret(provider.GetRequiredService<ApiServerClient>(), options.Namespace, options.Secret))
            .AddSingleton(provider => new WebhookConfigurations(provider.GetRequiredService<ApiServerClient>(), options.Webhooks))
            .AddSingleton<RotationPlanner>()
            .AddSingleton(new CertificateIssuer(options.Service, options.AllNames, lifetimes))
            .AddSingleton<CertificateReconciler>()
            .AddHostedService(provider => provider.GetRequiredService<LeaderElectionService>())
            // Not any source: there is one for the client certificate authority too.
            .AddHostedService(provider => ActivatorUtilities.CreateInstance<SelfManagedCertificates>(provider, source));
    }

    private static void Watch(
        this IServiceCollection services,
        string what,
        string name,
        IReadOnlyList<string> files,
        Func<IReadOnlyList<string>, DateTimeOffset?, string> apply)
    {
        var source = new CertificateSource(what);
        var watched = new WatchedFiles(name, files, apply, source);
        watched.Load();
        services.AddSingleton(source).AddSingleton(watched);
    }
}
