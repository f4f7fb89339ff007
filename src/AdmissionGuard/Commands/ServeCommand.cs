using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net.Sockets;
using AdmissionGuard.Commands.Completion;
using AdmissionGuard.Kubernetes.Credentials;
using AdmissionGuard.Server.Certificates;
using AdmissionGuard.Server.Configuration;
using AdmissionGuard.Server.Hosting;
using AdmissionGuard.Server.Limits;
using AdmissionGuard.Server.Telemetry;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Commands;

/// <summary><c>admissionguard serve</c>.</summary>
internal static class ServeCommand
{
    public const string Name = "serve";

    private const string Description = """
        Run the webhook server, which answers the API server's admission reviews of namespaces.

        Examples:
          # In a pod: the service account, and the certificate mounted from a Secret
          admissionguard serve

          # On a workstation, with the cluster of a kubeconfig
          admissionguard serve --kubeconfig ~/.kube/config --listen 127.0.0.1:9443 --tls-cert certs/tls.crt --tls-key certs/tls.key

          # With a configuration file. Environment variables (ADMISSIONGUARD__RULES__REASONGIVEN=warn) override it, --set overrides both
          admissionguard serve --config config.yaml --set mode=audit

        Exit codes: 0 stopped on request; 1 failed; 2 invalid option or file; 70 unexpected error.
        """;

    public static Command Create(Terminal terminal)
    {
        var kubeconfig = new Option<string?>("--kubeconfig")
        {
            HelpName = "FILE",
            Description = "The kubeconfig for the API server (default: $KUBECONFIG, else the pod's service account)",
        };
        var config = ConfigurationOptions.Config(
            "The configuration file, YAML; reloaded when it changes (default: none, every setting has its default)");
        var set = ConfigurationOptions.Set();
        var listen = Address("--listen", "Address for reviews, HTTPS: POST /mutate and POST /validate", ":9443");
        var healthListen = Address("--health-listen", "Address for /livez, /readyz and /metrics, plain HTTP", ":8080");
        var certificate = new Option<string>("--tls-cert")
        {
            HelpName = "FILE",
            Description = "The serving certificate and its chain, PEM file",
            DefaultValueFactory = _ => "/etc/admissionguard/tls/tls.crt",
        };
        var key = new Option<string>("--tls-key")
        {
            HelpName = "FILE",
            Description = "The private key of the serving certificate, PEM file",
            DefaultValueFactory = _ => "/etc/admissionguard/tls/tls.key",
        };

        var drain = Duration.Option(
            "--drain",
            "How long the server keeps answering after SIGTERM; it is not ready meanwhile, and each response closes its connection",
            "10s",
            allowsZero: true);
        var standardLimits = new LimitOptions();
        kubeconfig.WithFiles();
        certificate.WithFiles();
        key.WithFiles();
        var maxLookups = Count(
            "--max-lookups",
            "Maximum number of concurrent lookups: calls to the API server for tenants, access reviews and Capsule's configuration. "
            + "A review beyond it is answered immediately with 429 and Retry-After, and the API server retries it",
            standardLimits.MaxLookups);
        var maxConnections = Count(
            "--max-connections",
            "Maximum number of open connections for reviews, a quarter of it for one client address; beyond it, idle, unfinished and slow "
                + "connections are closed first",
            standardLimits.MaxConnections);

        var command = new Command(
            Name, Description) { kubeconfig, config, set, listen, certificate, key, healthListen, drain, maxLookups, maxConnections };
        var certificates = new CertificateFlags(command);
        var log = new LogFlags(command);
        command.Validate(result =>
        {
            if (IsGiven(result, certificate) != IsGiven(result, key))
            {
                result.AddError("--tls-cert and --tls-key must be given together");
            }
        });
        command.SetAction((parse, cancellation) => ServeAsync(
            new ServeOptions(
                parse.GetValue(kubeconfig),
                parse.GetRequiredValue(listen),
                parse.GetRequiredValue(healthListen))
            {
                Config = parse.GetValue(config),
                Set = parse.GetValue(set) ?? [],
                Drain = parse.GetRequiredValue(drain).Time,
                Log = log.Read(parse),
                // The settings are logged by themselves, wherever they come from.
                Changed = ChangedFlags.Of(parse, set),
                Limits = new LimitOptions
                {
                    MaxLookups = parse.GetRequiredValue(maxLookups),
                    MaxConnections = parse.GetRequiredValue(maxConnections),
                },
                Certificates = certificates.Read(parse) with
                {
                    CertificateFile = parse.GetRequiredValue(certificate),
                    KeyFile = parse.GetRequiredValue(key),
                },
            },
            terminal,
            cancellation));
        return command;
    }

    private static async Task<int> ServeAsync(ServeOptions options, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            await using var app = GuardServer.Build(options);
            return await GuardServer.RunAsync(app, cancellation) ? ExitCode.Done : ExitCode.Failed;
        }
        catch (ConfigurationException e)
        {
            return terminal.Fail(ConfigurationError.ToLines(e.Errors), ExitCode.BadInput);
        }
        catch (Exception e) when (e is ConnectionSourceException or ServingCertificateException or OtlpSettingsException)
        {
            return terminal.Fail([e.Message], ExitCode.BadInput);
        }
        catch (IOException e)
        {
            // For example, a port that is in use.
            return terminal.Fail([e.Message], ExitCode.Failed);
        }
        catch (SocketException e)
        {
            return terminal.Fail([$"can't listen on {options.Listen} and {options.HealthListen}: {e.Message}"], ExitCode.Failed);
        }
    }

    private static bool IsGiven(CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };

    private static Option<int> Count(string name, string description, int standard)
    {
        var count = new Option<int>(name) { HelpName = "N", Description = description, DefaultValueFactory = _ => standard };
        count.CustomParser = result =>
        {
            var text = result.Tokens is [var token] ? token.Value : "";
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is 0)
            {
                result.AddError($"{name}: '{text}' is not a whole number of at least 1");
            }

            return number;
        };
        return count;
    }

    private static Option<ListenAddress> Address(string name, string description, string standard) => new(name)
    {
        HelpName = "ADDR:PORT",
        Description = description,
        DefaultValueFactory = _ => ListenAddress.Parse(standard)!,
        CustomParser = result =>
        {
            var text = result.Tokens is [var token] ? token.Value : "";
            var address = ListenAddress.Parse(text);
            if (address is null)
            {
                result.AddError($"{name}: '{text}' is not ADDR:PORT, as in 127.0.0.1:9443, [::1]:9443 or :9443");
            }

            return address;
        },
    };
}
