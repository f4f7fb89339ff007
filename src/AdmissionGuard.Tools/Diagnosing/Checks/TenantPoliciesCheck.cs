using System.Text.Json;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Tenants;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>What tenants say of policy can be read.</summary>
internal sealed class TenantPoliciesCheck : IDoctorCheck
{
    private const int MostTold = 10;

    public string Name => "tenant-policies";

    public string Summary => "The maintenance windows and the patterns of every tenant can be read.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        // Where they can't be read, another check says so.
        if (await context.Tenants is not ReadResult<IReadOnlyList<JsonNode>>.Found { Value: var tenants })
        {
            return [];
        }

        var kind = (await context.Configuration).Options.Tenant;
        var wrong = tenants.OfType<JsonObject>().SelectMany(tenant => Errors(tenant).Select(words => (Name: tenant.NameOf(), Words: words))).ToList();
        return wrong is []
            ? [CheckResult.Ok($"windows and patterns of all {tenants.Count} tenants can be read")]
            : [.. wrong.Take(MostTold).Select(each => Of(each.Name, each.Words, kind)), .. More(wrong.Count - MostTold, kind)];
    }

    private static IEnumerable<string> Errors(JsonObject tenant)
    {
        try
        {
            return TenantSettings.Unreadable(CapsuleObjects.ReadTenant(tenant, name => name));
        }
        catch (JsonException e)
        {
            return [$"its field {e.Path} is not of the kind that is expected there"];
        }
    }

    private static CheckResult Of(string tenant, string words, TenantKind kind) =>
        CheckResult.Failed($"tenant {tenant}: {words}; that refuses namespaces", new Remediation("mend it:", $"kubectl edit {kind.Resource} {tenant}"));

    private static IEnumerable<CheckResult> More(int count, TenantKind kind) =>
        count > 0 ? [CheckResult.Failed($"and {count} more", new Remediation("mend those first, and ask again; all tenants:", $"kubectl get {kind.Resource}"))] : [];
}
