using System.CommandLine;
using AdmissionGuard.Server.Certificates;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Commands;

/// <summary>The option <c>--webhooks</c> of the commands that change a webhook configuration.</summary>
internal static class WebhooksOption
{
    /// <summary>Creates the option for one command. A value that is not a name of a Kubernetes object is an error.</summary>
    /// <param name="description">What the command does with the configuration; shown in its help.</param>
    /// <returns>The option, with the default of <c>serve</c>.</returns>
    public static Option<string> Create(string description)
    {
        var webhooks = new Option<string>("--webhooks")
        {
            HelpName = "NAME",
            Description = description,
            DefaultValueFactory = _ => new CertificateOptions().Webhooks,
        };
        webhooks.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var name }] && !name.Split('.').All(NamespaceName.IsValid))
            {
                result.AddError($"--webhooks: '{name}' is not a valid name of a webhook configuration");
            }
        });
        return webhooks;
    }
}
