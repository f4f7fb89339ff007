using System.CommandLine;
using System.CommandLine.Parsing;
using AdmissionGuard.Commands.Completion;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Server.Certificates;

namespace AdmissionGuard.Commands;

/// <summary>The options of <c>serve</c> for the source of the serving certificate, and for client certificates.</summary>
internal sealed class CertificateFlags
{
    private const string Files = "files";
    private const string SelfManaged = "self-managed";
    private const string NamespaceFile = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

    private static readonly CertificateOptions Standard = new();
    private static readonly Duration ShortestLife = new(TimeSpan.FromSeconds(10));

    private readonly Option<string> _certificates = Source();
    private readonly Option<string> _namespace = Named(
        "--namespace",
        "The guard's namespace, which holds its Secret and Lease and can't be part of a tenant (default: the pod's own namespace, else "
        + "admissionguard-system)",
        OwnNamespace);
    private readonly Option<string> _service = Named(
        "--service", "The guard's Service, for which the certificate is issued", () => Standard.Service);
    private readonly Option<string> _secret = Named("--secret", "The Secret that stores certificates and keys", () => Standard.Secret);
    private readonly Option<string> _webhooks = Named(
        "--webhooks",
        "The name of the mutating and of the validating webhook configuration in which the certificate authority is published",
        () => Standard.Webhooks);
    private readonly Option<string[]> _hosts = Several(
        "--host",
        "NAME",
        "An additional DNS name or IP address in the certificate; repeatable",
        CertificateOptions.IsHost,
        "a DNS name or an IP address");
    private readonly Option<Duration> _life = Duration.Option(
        "--certificate-life", "Lifetime of a serving certificate; it is renewed after two thirds of it", "2160h");
    private readonly Option<Duration> _authorityLife = Duration.Option(
        "--authority-life", "Lifetime of a certificate authority; it is replaced after two thirds of it", "43800h");
    private readonly Option<string?> _clientCa = new("--client-ca")
    {
        HelpName = "FILE",
        Description = "A PEM file of certificate authorities; clients that send reviews must present a certificate of one of them "
            + "(default: no client certificate is required)",
    };

    private readonly Option<string[]> _clientNames = Several(
        "--client-name",
        "NAME",
        "A common name or DNS name that is accepted in a client certificate; repeatable (default: any)",
        name => name.Length > 0,
        "a name");

    /// <summary>Adds them to a command.</summary>
    public CertificateFlags(Command command)
    {
        foreach (var option in new Option[]
        {
            _certificates,
            _namespace,
            _service,
            _secret,
            _webhooks,
            _hosts,
            _life,
            _authorityLife,
            _clientCa,
            _clientNames,
        })
        {
            command.Options.Add(option);
        }

        _clientCa.WithFiles();
        command.Validate(Validate);
    }

    /// <summary>The given values.</summary>
    public CertificateOptions Read(ParseResult parse) => new()
    {
        IsSelfManaged = parse.GetRequiredValue(_certificates) == SelfManaged,
        Namespace = parse.GetRequiredValue(_namespace),
        Service = parse.GetRequiredValue(_service),
        Secret = parse.GetRequiredValue(_secret),
        Webhooks = parse.GetRequiredValue(_webhooks),
        Hosts = [.. parse.GetValue(_hosts) ?? []],
        Life = parse.GetRequiredValue(_life).Time,
        AuthorityLife = parse.GetRequiredValue(_authorityLife).Time,
        ClientCa = parse.GetValue(_clientCa),
        ClientNames = [.. parse.GetValue(_clientNames) ?? []],
    };

    private void Validate(CommandResult result)
    {
        if (result.GetResult(_clientNames) is { Implicit: false } && result.GetResult(_clientCa) is null)
        {
            result.AddError("--client-name requires --client-ca");
        }

        // Invalid values are reported by the option itself.
        if (Given(result, _life, Standard.Life) is not { } life
            || Given(result, _authorityLife, Standard.AuthorityLife) is not { } authorityLife)
        {
            return;
        }

        if (life < ShortestLife.Time)
        {
            result.AddError($"--certificate-life: must be at least {ShortestLife}, not {new Duration(life)}");
        }
        else if (authorityLife < life * 2)
        {
            // At two thirds of its lifetime it must still cover the lifetime of a certificate.
            result.AddError($"--authority-life: must be at least twice --certificate-life, which is {new Duration(life)}");
        }
    }

    // Defaults come in after the validators.
    private static TimeSpan? Given(CommandResult result, Option option, TimeSpan standard) => result.GetResult(option)?.Tokens switch
    {
        null => standard,
        [var token] => Duration.Parse(token.Value)?.Time,
        _ => null,
    };

    private static Option<string> Source()
    {
        var source = new Option<string>("--certificates")
        {
            HelpName = $"{Files}|{SelfManaged}",
            Description = "Source of the serving certificate: files (--tls-cert and --tls-key, reloaded when they change), or self-managed "
                + "(issued and renewed by the guard, stored in a Secret)",
            DefaultValueFactory = _ => Files,
        };
        source.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not Files and not SelfManaged and var value }])
            {
                result.AddError($"--certificates: '{value}' is neither {Files} nor {SelfManaged}");
            }
        });
        return source.WithWords(Files, SelfManaged);
    }

    private static Option<string> Named(string name, string description, Func<string> standard)
    {
        var option = new Option<string>(name) { HelpName = "NAME", Description = description, DefaultValueFactory = _ => standard() };
        option.Validators.Add(result => Check(result, name, DnsName.IsLabel, "a name, as in admissionguard"));
        return option;
    }

    private static Option<string[]> Several(string name, string helpName, string description, Func<string, bool> isValid, string what)
    {
        var option = new Option<string[]>(name) { HelpName = helpName, Description = description, DefaultValueFactory = _ => [] };
        option.Validators.Add(result => Check(result, name, isValid, what));
        return option;
    }

    private static void Check(OptionResult result, string name, Func<string, bool> isValid, string what)
    {
        foreach (var value in result.Tokens.Select(token => token.Value).Where(value => !isValid(value)))
        {
            result.AddError($"{name}: '{value}' is not {what}");
        }
    }

    private static string OwnNamespace()
    {
        try
        {
            return BoundedText.ReadFile(NamespaceFile).Trim() is var name && DnsName.IsLabel(name) ? name : Standard.Namespace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not in a pod.
            return Standard.Namespace;
        }
    }
}
