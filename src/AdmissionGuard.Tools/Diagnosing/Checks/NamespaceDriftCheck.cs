using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Drift;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>Every namespace's label and ownerReference are consistent with each other and with the existing tenants.</summary>
internal sealed class NamespaceDriftCheck : IDoctorCheck
{
    private const int MostNamed = 10;

    public string Name => "drift";

    public string Summary => "The label and the ownerReference of every namespace are consistent, and its tenant exists.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        var kind = (await context.Configuration).Options.Tenant;
        if (await context.Namespaces is not ReadResult<IReadOnlyList<JsonNode>>.Found { Value: var namespaces })
        {
            return await UnreadableResult.OfAsync(context, "the namespaces", await context.Namespaces);
        }

        if (await context.Tenants is not ReadResult<IReadOnlyList<JsonNode>>.Found { Value: var tenants })
        {
            return await context.Tenants is ReadResult<IReadOnlyList<JsonNode>>.NotFound
                ? [
                    CheckResult.Failed(
                        $"this cluster does not serve {kind.Resource} {kind.Version}",
                        new Remediation(
                            "install Capsule, or define tenants in the guard's configuration (tenant.group, tenant.version, "
                                + "tenant.plural)")),
                ]
                : await UnreadableResult.OfAsync(context, $"the {kind.Resource}", await context.Tenants);
        }

        var uids = tenants.ToDictionary(
            tenant => tenant.NameOf(), tenant => tenant.At("metadata", "uid").Text() ?? "", StringComparer.Ordinal);
        // One that is being deleted keeps its label and ownerReference to its end. That a system namespace has any, another check reports.
        var guard = (await context.Configuration).Options with { OwnNamespace = context.Options.Namespace };
        var states = namespaces.Where(ns => ns.At("metadata", "deletionTimestamp") is null && !SystemNamespaces.Include(ns.NameOf(), guard))
            .Select(ns => NamespaceTenancy.Of(ns, kind))
            .ToLookup(tenancy => tenancy.StateOf(uids));
        var drifted = Enum.GetValues<ResolvedTenancyState>()
            .Where(state => state < ResolvedTenancyState.Consistent && states[state].Any())
            .Select(state => Of(state, [.. states[state]], new RepairCommand(kind, uids)))
            .ToList();
        return drifted is []
            ? [
                CheckResult.Ok(
                    $"label and ownerReference of all namespaces are consistent: {states[ResolvedTenancyState.Consistent].Count()} in "
                        + $"{uids.Count} tenants, {states[ResolvedTenancyState.None].Count()} in none"),
            ]
            : drifted;
    }

    private static CheckResult Of(ResolvedTenancyState state, IReadOnlyList<NamespaceTenancy> tenancy, RepairCommand repair)
    {
        var names = string.Join(", ", tenancy.Take(MostNamed).Select(each => each.Namespace))
            + (tenancy.Count > MostNamed ? $" and {tenancy.Count - MostNamed} more" : "");
        return CheckResult.Failed(
            $"{(tenancy.Count == 1 ? "1 namespace" : $"{tenancy.Count} namespaces")} {WordsOf(state, tenancy.Count == 1)}: {names}",
            new Remediation(HintOf(state), [.. tenancy.Take(MostNamed).Select(repair.CommandFor)]));
    }

    private static string WordsOf(ResolvedTenancyState state, bool isOne) => state switch
    {
        ResolvedTenancyState.StaleUid =>
            $"{(isOne ? "has" : "have")} an ownerReference with a UID that is not the live tenant's, and the garbage collector deletes "
                + $"{(isOne ? "it" : "them")}",
        ResolvedTenancyState.UnknownTenant =>
            $"{(isOne ? "has" : "have")} an ownerReference to a tenant that does not exist, and the garbage collector deletes "
                + $"{(isOne ? "it" : "them")}",
        ResolvedTenancyState.Conflicting => $"{(isOne ? "names" : "name")} different tenants in label and ownerReferences",
        ResolvedTenancyState.OwnerOnly => $"{(isOne ? "has" : "have")} a tenant's ownerReference and no label",
        _ => $"{(isOne ? "has" : "have")} a tenant's label and no ownerReference",
    };

    private static string HintOf(ResolvedTenancyState state) => state switch
    {
        ResolvedTenancyState.StaleUid => "write the live UID immediately:",
        ResolvedTenancyState.UnknownTenant => "release them immediately, and move them to an existing tenant afterwards:",
        ResolvedTenancyState.Conflicting => "Capsule uses the ownerReference; if that is correct:",
        ResolvedTenancyState.OwnerOnly => "set the matching label:",
        _ => "adopt them, which requires the verb adopt; if the tenant no longer exists, remove the label:",
    };
}
