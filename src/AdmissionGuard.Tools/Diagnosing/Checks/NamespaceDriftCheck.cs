using System.Text.Json.Nodes;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Drift;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>Every namespace's marks agree with each other, and with the tenants that live.</summary>
internal sealed class NamespaceDriftCheck : IDoctorCheck
{
    private const int MostNamed = 10;

    public string Name => "drift";

    public string Summary => "The label and the ownerReference of every namespace agree with each other and with a tenant that lives.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        var kind = (await context.Configuration).Options.Tenant;
        // The tenants last: one that is made meanwhile is no unknown one.
        if (await context.Namespaces is not ReadResult<IReadOnlyList<JsonNode>>.Found { Value: var namespaces })
        {
            return UnreadableResult.Of("the namespaces", await context.Namespaces);
        }

        if (await context.Tenants is not ReadResult<IReadOnlyList<JsonNode>>.Found { Value: var tenants })
        {
            return await context.Tenants is ReadResult<IReadOnlyList<JsonNode>>.NotFound
                ? [CheckResult.Failed($"this cluster does not serve {kind.Resource} {kind.Version}: there are no tenants", new Remediation("install Capsule, or say in the guard's configuration what a tenant is here (tenant.group, tenant.version, tenant.plural)"))]
                : UnreadableResult.Of($"the {kind.Resource}", await context.Tenants);
        }

        var uids = tenants.ToDictionary(tenant => tenant.NameOf(), tenant => tenant.At("metadata", "uid").Text() ?? "", StringComparer.Ordinal);
        // One that is being deleted keeps its marks to its end.
        var states = namespaces.Where(ns => ns.At("metadata", "deletionTimestamp") is null).Select(ns => NamespaceTenancy.Of(ns, kind)).ToLookup(tenancy => tenancy.StateOf(uids));
        var drifted = Enum.GetValues<ResolvedTenancyState>().Where(state => state < ResolvedTenancyState.Consistent && states[state].Any()).Select(state => Of(state, [.. states[state]], new RepairCommand(kind, uids))).ToList();
        return drifted is []
            ? [CheckResult.Ok($"the marks of all namespaces agree: {states[ResolvedTenancyState.Consistent].Count()} in {uids.Count} tenants, {states[ResolvedTenancyState.None].Count()} in none")]
            : drifted;
    }

    private static CheckResult Of(ResolvedTenancyState state, IReadOnlyList<NamespaceTenancy> tenancy, RepairCommand repair)
    {
        var names = string.Join(", ", tenancy.Take(MostNamed).Select(each => each.Namespace)) + (tenancy.Count > MostNamed ? $" and {tenancy.Count - MostNamed} more" : "");
        return CheckResult.Failed(
            $"{(tenancy.Count == 1 ? "1 namespace" : $"{tenancy.Count} namespaces")} {WordsOf(state, tenancy.Count == 1)}: {names}",
            new Remediation(HintOf(state), [.. tenancy.Take(MostNamed).Select(repair.CommandFor)]));
    }

    private static string WordsOf(ResolvedTenancyState state, bool isOne) => state switch
    {
        ResolvedTenancyState.StaleUid => $"{(isOne ? "has" : "have")} an ownerReference with a UID that is not the live tenant's, and the garbage collector deletes {(isOne ? "it" : "them")}",
        ResolvedTenancyState.UnknownTenant => $"{(isOne ? "has" : "have")} an ownerReference to a tenant that does not exist, and the garbage collector deletes {(isOne ? "it" : "them")}",
        ResolvedTenancyState.Conflicting => $"{(isOne ? "names" : "name")} different tenants in label and ownerReferences",
        ResolvedTenancyState.OwnerOnly => $"{(isOne ? "has" : "have")} a tenant's ownerReference and no label",
        _ => $"{(isOne ? "has" : "have")} a tenant's label and no ownerReference",
    };

    private static string HintOf(ResolvedTenancyState state) => state switch
    {
        ResolvedTenancyState.StaleUid => "write the live UID, at once:",
        ResolvedTenancyState.UnknownTenant => "let them go at once, and put them into a tenant that exists afterwards:",
        ResolvedTenancyState.Conflicting => "Capsule goes by the ownerReference; where that is the right one:",
        ResolvedTenancyState.OwnerOnly => "set the label that belongs to it:",
        _ => "bind them, which takes the verb adopt; where the tenant is gone, take the label off:",
    };
}
