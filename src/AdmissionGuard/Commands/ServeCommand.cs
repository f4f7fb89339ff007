using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net.Sockets;
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
        Answer the API server's admission reviews of namespaces.

        Examples:
          # In a pod: the service account, and the certificate mounted from a Secret
          admissionguard serve

          # On this machine, against the cluster of a kubeconfig
          admissionguard serve --kubeconfig ~/.kube/config --listen 127.0.0.1:9443 --tls-cert certs/tls.crt --tls-key certs/tls.key

          # With a configuration, and one setting over it: environment variables (ADMISSIONGUARD__RULES__REASONGIVEN=warn) lie between
          admissionguard serve --config config.yaml --set mode=audit

        Exit codes: 0 stopped when asked to, 1 failed, 2 an option or a file that can't be used, 70 an error that nobody foresaw.
        """;

    public static Command Create(Terminal terminal)
    {
        var kubeconfig = new Option<string?>("--kubeconfig")
        {
            HelpName = "FILE",
            Description = "The kubeconfig to reach the API server with (default: $KUBECONFIG, else the pod's service account)",
        };
        var config = ConfigurationOptions.Config("The configuration, YAML; read again when it changes (default: none, every setting has its default)");
        var set = ConfigurationOptions.Set();
        var listen = Address("--listen", "Where reviews are answered, by HTTPS: POST /mutate and POST /validate", ":9443");
        var healthListen = Address("--health-listen", "Where /livez, /readyz and /metrics are, by plain HTTP", ":8080");
        var certificate = new Option<string>("--tls-cert")
        {
            HelpName = "FILE",
            Description = "The serving certificate and its chain, PEM",
            DefaultValueFactory = _ => "/etc/admissionguard/tls/tls.crt",
        };
        var key = new Option<string>("--tls-key")
        {
            HelpName = "FILE",
            Description = "The serving certificate's key, PEM",
            DefaultValueFactory = _ => "/etc/admissionguard/tls/tls.key",
        };

        var drain = Duration.Option("--drain", "How long it goes on serving after SIGTERM, unready, each answer closing its connection", "10s", allowsZero: true);
        var maxLookups = Count(
            "--max-lookups",
            "The most look-ups under way at a time: calls to the API server for tenants, access reviews and Capsule's configuration. "
            + "A review that needs more is answered 429 with Retry-After at once, and the API server sends it again",
            500);
        var maxConnections = Count("--max-connections", "How many connections for reviews may be open, a quarter of them to one address; beyond that the idle, unfinished and slowest are closed first", ServerLimits.DefaultConnections);

        var command = new Command(Name, Description) { kubeconfig, config, set, listen, certificate, key, healthListen, drain, maxLookups, maxConnections };
        var certificates = new CertificateFlags(command);
        command.Validate(result =>
        {
            if (IsGiven(result, certificate) != IsGiven(result, key))
            {
                result.AddError("--tls-cert and --tls-key go together");
            }
        });
        command.SetAction((parse, cancellation) => ServeAsync(
            new ServeOptions(
                parse.GetValue(kubeconfig),
                parse.GetRequiredValue(listen),
                parse.GetRequiredValue(certificate),
                parse.GetRequiredValue(key),
                parse.GetRequiredValue(healthListen))
            {
                Config = parse.GetValue(config),
                Set = parse.GetValue(set) ?? [],
                Drain = parse.GetRequiredValue(drain).Time,
                MaxLookups = parse.GetRequiredValue(maxLookups),
                MaxConnections = parse.GetRequiredValue(maxConnections),
                Certificates = certificates.Read(parse),
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
            return terminal.AddError(ConfigurationError.Tell(e.Errors), ExitCode.BadInput);
        }
        catch (Exception e) when (e is ConnectionSourceException or ServingCertificateException or OtlpSettingsException)
        {
            return terminal.AddError([e.Message], ExitCode.BadInput);
        }
        catch (IOException e)
        {
            // A port that is taken, for instance.
            return terminal.AddError([e.Message], ExitCode.Failed);
        }
        catch (SocketException e)
        {
            return terminal.AddError([$"can't listen on {options.Listen} and {options.HealthListen}: {e.Message}"], ExitCode.Failed);
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
                result.AddError($"{name}: '{text}' is not a number from 1 on");
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
