using System.Text.Json.Nodes;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Tenants;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The policy settings of tenants are valid.</summary>
internal sealed class TenantPoliciesCheck : IDoctorCheck
{
    private const int MaxReported = 10;

    public string Name => "tenant-policies";

    public string Summary => "The maintenance windows and the patterns of every tenant are valid.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        // If they can't be read, another check reports it.
        if (await context.Tenants is not ReadResult<IReadOnlyList<JsonNode>>.Found { Value: var tenants })
        {
            return [];
        }

        var kind = (await context.Configuration).Options.Tenant;
        var wrong = tenants.OfType<JsonObject>()
            .SelectMany(tenant => Errors(tenant).Select(words => (Name: tenant.NameOf(), Words: words)))
            .ToList();
        return wrong is []
            ? [CheckResult.Ok($"maintenance windows and patterns of all {tenants.Count} tenants are valid")]
            : [.. wrong.Take(MaxReported).Select(each => Of(each.Name, each.Words, kind)), .. More(wrong.Count - MaxReported, kind)];
    }

    private static IEnumerable<string> Errors(JsonObject tenant) => CapsuleObjects.ReadTenant(tenant, name => name) switch
    {
        TypedObject<Tenant>.Valid read => TenantSettings.Unreadable(read.Value),
        var invalid => [UnreadableResult.InvalidField(invalid)],
    };

    private static CheckResult Of(string tenant, string words, TenantKind kind) =>
        CheckResult.Failed(
            $"tenant {tenant}: {words}; until it is fixed, moves of its namespaces are denied",
            new Remediation("fix it:", $"kubectl edit {kind.Resource} {tenant}"));

    private static IEnumerable<CheckResult> More(int count, TenantKind kind) =>
        count > 0
            ? [
                CheckResult.Failed(
                    $"and {count} more",
                    new Remediation("fix those first, and run doctor again; all tenants:", $"kubectl get {kind.Resource}")),
            ]
            : [];
}
