using System.Text.Json.Nodes;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.AccessReviews;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Tenants;
using AdmissionGuard.Tools.Capsule;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Expected;
using AdmissionGuard.Tools.Diagnosing.Probing;
using AdmissionGuard.Tools.Diagnosing.Webhooks;
using AdmissionGuard.Tools.Installed;
using AdmissionGuard.Tools.Simulation;

namespace AdmissionGuard.Tools.Diagnosing;

/// <summary>The cluster that is checked. What several checks need is read once.</summary>
/// <param name="options">What was asked.</param>
/// <param name="calls">Sends the requests.</param>
/// <param name="time">The clock.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class DoctorContext(DoctorOptions options, ApiServerClient calls, TimeProvider time, CancellationToken cancellation)
{
    private const string Admission = "apis/admissionregistration.k8s.io/v1";

    public DoctorOptions Options => options;

    public ClusterReader Reader { get; } = new(calls, time, cancellation);

    /// <summary>Asks the API server for what the guard refuses, without storing anything.</summary>
    public AdmissionProbe Probe { get; } = new(calls, time, cancellation);

    /// <summary>The user of the connection; not found if the API server does not say it.</summary>
    public Task<ReadResult<UserInfo>> Caller => field ??= CallerAsync();

    public TimeProvider Time => time;

    public CancellationToken Cancellation => cancellation;

    public Task<ReadResult<JsonObject>> Version => field ??= Reader.GetAsync("version");

    public Task<ReadResult<IReadOnlyList<JsonNode>>> Mutating =>
        field ??= Reader.ListAsync($"{Admission}/{RegisteredWebhook.MutatingPlural}");

    public Task<ReadResult<IReadOnlyList<JsonNode>>> Validating =>
        field ??= Reader.ListAsync($"{Admission}/{RegisteredWebhook.ValidatingPlural}");

    public Task<ReadResult<IReadOnlyList<JsonNode>>> Deployments =>
        field ??= Installed.Installation.DeploymentsAsync(Reader, options.Namespace);

    public Task<ReadResult<IReadOnlyList<JsonNode>>> Pods =>
        field ??= Reader.ListAsync(
            $"api/v1/namespaces/{Uri.EscapeDataString(options.Namespace)}/pods", "labelSelector=app.kubernetes.io%2Fname%3Dadmissionguard");

    /// <summary>The Service that the webhooks name.</summary>
    public Task<ReadResult<JsonObject>> Service => field ??= ServiceAsync();

    public Task<ReadResult<IReadOnlyList<JsonNode>>> Namespaces => field ??= Reader.ListAsync("api/v1/namespaces");

    /// <summary>The tenants, read after the namespaces.</summary>
    public Task<ReadResult<IReadOnlyList<JsonNode>>> Tenants => field ??= TenantsAsync();

    /// <summary>The CapsuleConfiguration that the guard reads; not there where none is configured.</summary>
    public Task<ReadResult<JsonObject>> CapsuleConfiguration => field ??= CapsuleConfigurationAsync();

    public Task<Installation> Installation => field ??= InstallationAsync();

    public Task<GuardConfiguration> Configuration => field ??= ConfigurationAsync();

    /// <summary>The Capsule that is installed; <see langword="null"/> if there is none, or the webhooks could not be read.</summary>
    public Task<CapsuleVersion?> Capsule => field ??= CapsuleAsync();

    /// <summary>The server's minor version, as in 20 for 1.20; <see langword="null"/> if it is not known.</summary>
    public async Task<int?> MinorAsync() =>
        await Version is ReadResult<JsonObject>.Found read ? KubernetesVersion.MinorOf(read.Value) : null;

    /// <summary>Whether the API server is one of GKE, whose Autopilot excludes the namespaces that it manages from every webhook.</summary>
    public async Task<bool> IsGkeAsync() =>
        await Version is ReadResult<JsonObject>.Found read
        && KubernetesVersion.Shown(read.Value).Contains("-gke.", StringComparison.Ordinal);

    /// <summary>Whether the guard may be installed: its Deployment or a webhook of it was found, or could not be read.</summary>
    public async Task<bool> MayBeInstalledAsync() =>
        await Deployments is not ReadResult<IReadOnlyList<JsonNode>>.Found { Value: [] }
        || await Mutating is not ReadResult<IReadOnlyList<JsonNode>>.Found { Value: var mutating }
        || await Validating is not ReadResult<IReadOnlyList<JsonNode>>.Found { Value: var validating }
        || ExpectedWebhook.Both.Any(webhook => RegisteredWebhook.Of(webhook.Plural, webhook.IsMutating ? mutating : validating)
            .Any(each => each.Name == webhook.Name));

    /// <summary>What is expected of each object.</summary>
    public async Task<ExpectedObjects> ExpectedAsync() => new(options.Namespace, (await Configuration).Options.Tenant);

    /// <summary>
    /// The guard's own webhook of one of the two kinds; <see langword="null"/> if it is not registered, or can't be read.
    /// </summary>
    public async Task<RegisteredWebhook?> WebhookAsync(ExpectedWebhook standard) =>
        await (standard.IsMutating ? Mutating : Validating) is ReadResult<IReadOnlyList<JsonNode>>.Found read
            ? RegisteredWebhook.Of(standard.Plural, read.Value)
                .FirstOrDefault(webhook => webhook.Configuration == options.Webhooks && webhook.Name == standard.Name)
            : null;

    /// <summary>Asks what an account may do, many questions at a time.</summary>
    public async Task<IReadOnlyList<Permission>> AskAsync(UserInfo user, IEnumerable<AccessQuestion> questions)
    {
        var reviewer = new SubjectAccessReviewClient(calls);
        using var deadline = new Deadline(time, ClusterReader.Budget, cancellation);
        var answers = await Task.WhenAll(questions.Select(question => reviewer.AskAsync(user, question, deadline)));
        return [.. answers.Select(answer => answer.Permission)];
    }

    /// <summary>The guard's service account.</summary>
    public async Task<UserInfo> GuardAsync() => new SimulatedUser((await Installation).User, []).ToUserInfo();

    private async Task<GuardConfiguration> ConfigurationAsync() =>
        await GuardConfiguration.ReadAsync(Reader, await Installation, options.Config, options.Set);

    private async Task<ReadResult<UserInfo>> CallerAsync()
    {
        using var deadline = new Deadline(time, ClusterReader.Budget, cancellation);
        return await new SelfSubjectReviewClient(calls).AskAsync(deadline);
    }

    private async Task<Installation> InstallationAsync() =>
        Installed.Installation.Of(options.Namespace, await Deployments);

    private async Task<ReadResult<IReadOnlyList<JsonNode>>> TenantsAsync()
    {
        // After the namespaces: a tenant that was created before one of them was read must be known, or its namespace looks lost.
        await Namespaces;
        return await Reader.ListAsync((await Configuration).Options.Tenant.Path);
    }

    private async Task<ReadResult<JsonObject>> ServiceAsync() => await Reader.GetAsync(
        $"api/v1/namespaces/{Uri.EscapeDataString(options.Namespace)}/services/{(await ExpectedAsync()).Service.NameOf()}");

    private async Task<ReadResult<JsonObject>> CapsuleConfigurationAsync() => CapsuleConfigurationReference.Of(
        (await Configuration).Options) is { } reference
        ? await Reader.GetAsync(reference.Path)
        : new ReadResult<JsonObject>.NotFound(IsServed: true);

    private async Task<CapsuleVersion?> CapsuleAsync() => (await Mutating, await Validating) switch
    {
        (ReadResult<IReadOnlyList<JsonNode>>.Found mutating, ReadResult<IReadOnlyList<JsonNode>>.Found validating) =>
            await new CapsuleFinder(Reader).FindAsync(
                [.. mutating.Value.Concat(validating.Value).SelectMany(configuration => configuration.At("webhooks").Items())]),
        _ => null,
    };
}
