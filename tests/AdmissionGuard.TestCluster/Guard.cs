using System.Text.RegularExpressions;
using k8s;
using k8s.Models;

namespace AdmissionGuard.TestCluster;

/// <summary>Which of the two webhooks are registered.</summary>
[Flags]
public enum Webhooks
{
    /// <summary>Neither.</summary>
    None = 0,

    /// <summary>The mutator.</summary>
    Mutate = 1,

    /// <summary>The validator.</summary>
    Validate = 2,

    /// <summary>Both, as installed.</summary>
    Both = Mutate | Validate,
}

/// <summary>The guard, run as its own service account with the rights of <c>deploy/</c>, in front of a control plane.</summary>
public sealed partial class Guard : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly ControlPlane _plane;
    private readonly GuardProcess _process;
    private readonly string _labelKey;

    private Guard(ControlPlane plane, GuardProcess process, string ca, string labelKey)
    {
        _plane = plane;
        _process = process;
        CaFile = ca;
        _labelKey = labelKey;
    }

    /// <summary>Where it answers reviews.</summary>
    public Uri Reviews => _process.Reviews;

    /// <summary>Where its health and metrics are.</summary>
    public Uri Health => _process.Health;

    /// <summary>The CA of its certificate.</summary>
    public string CaFile { get; }

    /// <summary>Starts the guard, and registers its webhooks.</summary>
    /// <param name="plane">The control plane.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <param name="webhooks">Which webhooks to register.</param>
    /// <param name="program">The program; <see langword="null"/> for the one built with the tests.</param>
    /// <param name="settings">What else it is started with.</param>
    /// <returns>The running guard, its webhooks in force.</returns>
    public static async Task<Guard> StartAsync(ControlPlane plane, CancellationToken cancellation, Webhooks webhooks = Webhooks.Both, string? program = null, GuardSettings? settings = null)
    {
        settings ??= new GuardSettings();
        await plane.Admin.OkAsync("apply", "-f", Repository.File("deploy", "base", "namespace.yaml"), "-f", Repository.File("deploy", "base", "rbac.yaml"));
        var account = await plane.KubectlAsServiceAccountAsync("admissionguard-system", "admissionguard");
        var certificates = await MakeCertificatesAsync(plane, cancellation);

        string[] serve =
        [
            "serve", "--kubeconfig", account.Kubeconfig, "--tls-cert", Path.Combine(certificates, "tls.crt"), "--tls-key", Path.Combine(certificates, "tls.key"),
            .. settings.Arguments,
        ];
        var process = await GuardProcess.StartAsync(
            program is null ? ["dotnet", Path.Combine(AppContext.BaseDirectory, "admissionguard.dll"), .. serve] : [program, .. serve],
            Path.Combine(plane.Folder, $"guard-{Guid.NewGuid():N}.log"),
            cancellation,
            settings.Environment);
        var guard = new Guard(plane, process, Path.Combine(certificates, "ca.crt"), settings.LabelKey);
        try
        {
            await guard.RegisterAsync(webhooks, cancellation);
            return guard;
        }
        catch
        {
            // Nothing stays behind that would refuse the next one's writes.
            await guard.DisposeAsync();
            throw;
        }
    }

    /// <summary>Registers the webhooks of <c>deploy/</c>, the Service swapped for this guard's address, and waits until they are in force.</summary>
    /// <param name="webhooks">Which of them; the others are removed.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>When they are in force.</returns>
    public async Task RegisterAsync(Webhooks webhooks, CancellationToken cancellation)
    {
        await UnregisterAsync();
        var manifest = await RunAsync(Repository.File("certs-scripts", "set-ca-bundle.sh"), cancellation, "--ca", CaFile, Repository.File("deploy", "base", "webhooks.yaml"));
        foreach (var configuration in KubernetesYaml.LoadAllFromString(manifest))
        {
            switch (configuration)
            {
                case V1MutatingWebhookConfiguration mutating when webhooks.HasFlag(Webhooks.Mutate):
                    Direct(mutating.Webhooks.Select(webhook => webhook.ClientConfig));
                    await _plane.Admin.ApplyAsync(KubernetesYaml.Serialize(mutating));
                    break;
                case V1ValidatingWebhookConfiguration validating when webhooks.HasFlag(Webhooks.Validate):
                    Direct(validating.Webhooks.Select(webhook => webhook.ClientConfig));
                    await _plane.Admin.ApplyAsync(KubernetesYaml.Serialize(validating));
                    break;
            }
        }

        // The API server takes up new configurations in its own time: each is in force once it refuses what it must refuse.
        foreach (var (webhook, name) in new[] { (Webhooks.Mutate, "mutate"), (Webhooks.Validate, "validate") })
        {
            if (webhooks.HasFlag(webhook))
            {
                await Poll.UntilAsync($"the {name} webhook", Limit, () => RefusesAsync(webhook), cancellation);
            }
        }
    }

    /// <summary>Stops the program; its webhooks stay registered.</summary>
    /// <returns>When it is over.</returns>
    public Task StopAsync() => _process.StopAsync();

    /// <summary>How many calls to the API server the guard has made for decisions.</summary>
    /// <returns>The count of its metric.</returns>
    public async Task<long> CallsAsync()
    {
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri(Health, "metrics"));
        return CallCount().Matches(metrics).Sum(match => long.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>The end of its log.</summary>
    /// <returns>The last lines.</returns>
    public string Tail() => _process.Tail();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            await UnregisterAsync();
        }
        finally
        {
            await _process.DisposeAsync();
        }
    }

    /// <summary>Removes both webhook configurations, and waits until neither is in force.</summary>
    private async Task UnregisterAsync()
    {
        await _plane.Admin.OkAsync("delete", "mutatingwebhookconfiguration,validatingwebhookconfiguration", "00-admissionguard", "--ignore-not-found");
        // The API server lets go of them in its own time too, and until then whoever writes a namespace meets them.
        await Poll.UntilAsync(
            "the API server to let go of the webhooks",
            Limit,
            async () => !await RefusesAsync(Webhooks.Mutate) && !await RefusesAsync(Webhooks.Validate),
            CancellationToken.None);
    }

    private void Direct(IEnumerable<Admissionregistrationv1WebhookClientConfig> clients)
    {
        foreach (var client in clients)
        {
            client.Url = new Uri(Reviews, client.Service!.Path).AbsoluteUri;
            client.Service = null;
        }
    }

    private async Task<bool> RefusesAsync(Webhooks webhook)
    {
        // In every mode the mutator refuses a name that no tenant can bear; a sub-resource is the validator's alone.
        var answer = webhook is Webhooks.Mutate
            ? await _plane.Admin.WithInputAsync($$$$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"probe","labels":{"{{{{_labelKey}}}}":"No_Tenant"}}}""", "create", "--dry-run=server", "-f", "-")
            : await ProbeValidatorAsync();
        return answer.ExitCode != 0 && answer.Error.Contains($"{(webhook is Webhooks.Mutate ? "mutate" : "validate")}.admissionguard.io", StringComparison.Ordinal);
    }

    private async Task<CommandResult> ProbeValidatorAsync()
    {
        var (code, body) = await _plane.SendAsync(
            "admin",
            HttpMethod.Patch,
            "/api/v1/namespaces/kube-public/status?dryRun=All",
            "application/merge-patch+json",
            $$$$"""{"metadata":{"labels":{"{{{{_labelKey}}}}":"No_Tenant"}}}""",
            "system:masters");
        return new CommandResult((int)code >= 400 ? 1 : 0, "", body);
    }

    private static async Task<string> MakeCertificatesAsync(ControlPlane plane, CancellationToken cancellation)
    {
        var folder = Path.Combine(plane.Folder, "guard-certs");
        await RunAsync(Repository.File("certs-scripts", "make-certs.sh"), cancellation, "--dir", folder);
        return folder;
    }

    private static async Task<string> RunAsync(string script, CancellationToken cancellation, params string[] arguments) =>
        (await new Command(script, arguments).RunAsync(cancellation)).Ok();

    [GeneratedRegex(@"^admissionguard_api_call_duration_seconds_count\{[^}]*\} (\d+)", RegexOptions.Multiline)]
    private static partial Regex CallCount();
}
