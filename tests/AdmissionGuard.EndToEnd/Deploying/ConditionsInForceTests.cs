using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AdmissionGuard.DecisionTable;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>The conditions and the policy of <c>deploy/</c> inside a real API server, while no guard answers.</summary>
[Collection(nameof(InstalledCluster))]
public sealed class ConditionsInForceTests(InstalledCluster cluster) : IAsyncDisposable
{
    private const string Annotation = """{"metadata":{"annotations":{"seen":"yes"}}}""";
    private const string Label = """{"metadata":{"labels":{"capsule.clastix.io/tenant":"gas"}}}""";

    private static readonly string Policy = Path.Combine(Repository.File("deploy", "components", "cel-backstop"), "policy.yaml");
    private static readonly string Binding = Path.Combine(Repository.File("deploy", "components", "cel-backstop"), "binding.yaml");

    private bool KnowsConditions => cluster.Plane.Version >= new Version(1, 28);

    private bool KnowsPolicies => cluster.Plane.Version >= new Version(1, 30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => cluster.TidyAsync();

    [Fact]
    public async Task With_no_guard_tenancy_can_not_change_and_all_else_passes_where_conditions_are_known()
    {
        var (name, doomed) = ($"down-{Guid.NewGuid():N}"[..20], $"doomed-{Guid.NewGuid():N}"[..20]);
        await cluster.Kubectl.OkAsync("create", "namespace", name);
        await cluster.Kubectl.OkAsync("create", "namespace", doomed);
        await RegisterAsync();

        Assert.Equal(KnowsConditions, await PassesAsync(HttpMethod.Patch, $"/api/v1/namespaces/{name}", Annotation));
        Assert.Equal(
            KnowsConditions,
            await PassesAsync(
                HttpMethod.Post, "/api/v1/namespaces?dryRun=All", """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"new"}}"""));
        Assert.False(await PassesAsync(HttpMethod.Patch, $"/api/v1/namespaces/{name}", Label));
        Assert.False(await PassesAsync(HttpMethod.Patch, $"/api/v1/namespaces/{name}/status", Label));
        Assert.False(await PassesAsync(HttpMethod.Patch, "/api/v1/namespaces/kube-system", Label));
        Assert.Equal(
            "", await cluster.Kubectl.OkAsync("get", "namespace", name, "-o", "jsonpath={.metadata.labels.capsule\\.clastix\\.io/tenant}"));

        await cluster.Kubectl.OkAsync("delete", "namespace", doomed, "--wait=false");
        if (!KnowsConditions)
        {
            // Documented: it stays Terminating until the guard is back, or out.
            await cluster.Kubectl.OkAsync("delete", "validatingwebhookconfiguration", "00-admissionguard");
        }

        await cluster.IsGoneAsync(doomed);
    }

    [Fact]
    public async Task An_API_server_asks_the_validator_about_what_the_table_calls_a_change_and_nothing_else()
    {
        var (writes, dto) = await PrepareAsync("asked");
        await RegisterAsync();

        // An older one asks about everything.
        await CompareAsync(
            writes,
            dto,
            "asked",
            "failed calling webhook \"validate.admissionguard.io\"",
            write => !KnowsConditions || !IsUnchanged(write.Change));
    }

    [Fact]
    public async Task The_backstop_refuses_what_would_be_left_broken_where_policies_are_known()
    {
        var (writes, dto) = await PrepareAsync("held");
        if (!KnowsPolicies)
        {
            var refused = await cluster.Kubectl.RunAsync("apply", "-f", Policy);
            Assert.Contains("no matches for kind \"ValidatingAdmissionPolicy\"", refused.Error, StringComparison.Ordinal);
            return;
        }

        await cluster.Kubectl.OkAsync("apply", "--validate=strict", "-f", Policy, "-f", Binding);
        try
        {
            await Poll.UntilAsync(
                "the policy",
                TimeSpan.FromMinutes(2),
                async () => !await PassesAsync(HttpMethod.Patch, "/api/v1/namespaces/kube-public?dryRun=All", Label),
                Cancellation);
            // What Kubernetes itself thinks of the expressions' types; a controller looks at them after the policy is in use.
            await Poll.UntilAsync(
                "the types to be checked",
                TimeSpan.FromMinutes(2),
                async () => (await FromPolicyAsync("{.metadata.generation} {.status.observedGeneration}")).Split(
                    ' ') is [var asked, var seen] && asked == seen,
                Cancellation);
            Assert.Equal("", await FromPolicyAsync("{.status.typeChecking.expressionWarnings}"));
            await CompareAsync(
                writes,
                dto,
                "held",
                "ValidatingAdmissionPolicy 'admissionguard-backstop'",
                write => !IsUnchanged(write.Change) && !EndsWhole(write.Change.Received));
            await SaysAsync(
                "kube-public", 422, "the label would name tenant \"gas\", the ownerReferences none; both must name the same tenant");
            await SaysAsync("kube-system", 403, "AdmissionGuard does not complete changes of kube-system");
            await SaysAsync(
                "kube-public/status",
                403,
                "the subresource \"status\" can't change a tenancy; use: kubectl label ns kube-public capsule.clastix.io/tenant=gas --overwrite");
        }
        finally
        {
            await cluster.Kubectl.OkAsync("delete", "-f", Binding, "-f", Policy);
            await Poll.UntilAsync(
                "the policy's end",
                TimeSpan.FromMinutes(2),
                () => PassesAsync(HttpMethod.Patch, "/api/v1/namespaces/kube-public?dryRun=All", Label),
                Cancellation);
        }
    }

    private async Task SaysAsync(string path, int code, string words)
    {
        var answer = await cluster.Plane.AdminApi.SendAsync(
            HttpMethod.Patch, $"/api/v1/namespaces/{path}?dryRun=All", JsonNode.Parse(Label), ApiClient.MergePatch);

        Assert.Equal(code, answer.Code);
        Assert.Contains(words, (string?)JsonNode.Parse(answer.Text)!["message"], StringComparison.Ordinal);
    }

    private Task<string> FromPolicyAsync(string path) =>
        cluster.Kubectl.OkAsync("get", "validatingadmissionpolicy", "admissionguard-backstop", "-o", $"jsonpath={path}");

    private static bool IsUnchanged(Change change) =>
        !change.AddsAnotherKind
            && (change.IsCreate ? change.Label is null && change.Named is [] : change.Label == change.OldLabel && change.KeepsReferences);

    private static bool EndsWhole(RowTenancy tenancy) => tenancy.IsSound || (tenancy.LabelledTenant is null && tenancy.References is []);

    /// <summary>The validator of <c>deploy/</c>, with conditions where they are known; the Service it names is not there.</summary>
    private async Task RegisterAsync()
    {
        var manifest = await (await ClientTools.FindAsync()).KustomizeAsync(
            Repository.File("deploy", "overlays", KnowsConditions ? "complete" : "self-managed"));
        await cluster.ApplyAsync(
            string.Join(
                "\n---\n",
                manifest.Split("\n---\n").Where(document => document.Contains("WebhookConfiguration\n", StringComparison.Ordinal))));
        await Poll.UntilAsync(
            "the validator",
            TimeSpan.FromMinutes(1),
            async () => !await PassesAsync(HttpMethod.Patch, "/api/v1/namespaces/kube-public?dryRun=All", Label),
            Cancellation);
    }

    /// <summary>Every row of the table in every way to write it, on namespaces that are stored before anybody looks.</summary>
    private async Task<(ImmutableArray<Write> Writes, ConditionsTable Wire)> PrepareAsync(string prefix)
    {
        var writes = CoveringSample.Choose();
        var uids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tenant in World.Tenants)
        {
            uids[tenant] = await cluster.Plane.CreateTenantAsync(tenant);
        }

        var dto = new ConditionsTable(uids);
        var items = writes.Select((write, number) => write.Change.Stored is { } stored ? dto.Stored($"{prefix}-{number}", stored) : null)
            .OfType<JsonNode>();
        (await cluster.Kubectl.WithInputAsync(
            new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray([.. items]) }.ToJsonString(),
            "apply",
            "-f",
            "-")).Ok();
        return (writes, dto);
    }

    private async Task CompareAsync(
        ImmutableArray<Write> writes, ConditionsTable dto, string prefix, string words, Func<Write, bool> isRefused)
    {
        List<string> disagreements = [];
        using var admin = new ApiClient(cluster.Kubectl);
        foreach (var (number, write) in writes.Index())
        {
            var (method, path, type) = ConditionsTable.RequestOf(write.Way, $"{prefix}-{number}");
            var answer = await admin.SendAsync(
                method,
                $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}dryRun=All",
                dto.BodyOf(write, $"{prefix}-{number}"),
                type);
            // The API server itself refuses an empty UID that nobody fills, after all of them.
            var isInvalid = answer.Code == 422 && answer.Text.Contains("metadata.ownerReferences", StringComparison.Ordinal);
            if (isRefused(write) != answer.Text.Contains(words.Replace("\"", "\\\"", StringComparison.Ordinal), StringComparison.Ordinal)
                && !isInvalid)
            {
                disagreements.Add($"{write}: {answer.Code} {answer.Text[..Math.Min(300, answer.Text.Length)]}");
            }
        }

        Assert.Equal([], disagreements);
    }

    private async Task<bool> PassesAsync(HttpMethod method, string path, string body)
    {
        var answer = await cluster.Plane.AdminApi.SendAsync(
            method, path, JsonNode.Parse(body), method == HttpMethod.Patch ? ApiClient.MergePatch : "application/json");
        return answer.IsOk
            || (answer.Text.Contains("admissionguard", StringComparison.Ordinal) ? false : throw new InvalidOperationException(answer.Text));
    }
}
