using System.Text.Json.Nodes;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Drift;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>Every namespace's marks agree with each other, and with the tenants that live.</summary>
internal sealed class NamespaceDrift : ICheck
{
    private const int MostNamed = 10;

    public string Name => "drift";

    public string Summary => "The label and the ownerReference of every namespace agree with each other and with a tenant that lives.";

    public async Task<IReadOnlyList<Diagnosis>> RunAsync(Patient patient)
    {
        var kind = (await patient.Configuration).Options.Tenant;
        // The tenants last: one that is made meanwhile is no unknown one.
        if (await patient.Namespaces is not Reading<IReadOnlyList<JsonNode>>.Read { Value: var namespaces })
        {
            return Unread.Of("the namespaces", await patient.Namespaces);
        }

        if (await patient.Tenants is not Reading<IReadOnlyList<JsonNode>>.Read { Value: var tenants })
        {
            return await patient.Tenants is Reading<IReadOnlyList<JsonNode>>.Absent
                ? [Diagnosis.Failed($"this cluster does not serve {kind.Resource} {kind.Version}: there are no tenants", new Fix("install Capsule, or say in the guard's configuration what a tenant is here (tenant.group, tenant.version, tenant.plural)"))]
                : Unread.Of($"the {kind.Resource}", await patient.Tenants);
        }

        var uids = tenants.ToDictionary(tenant => tenant.NameOf(), tenant => tenant.At("metadata", "uid").Text() ?? "", StringComparer.Ordinal);
        // One that is being deleted keeps its marks to its end.
        var states = namespaces.Where(ns => ns.At("metadata", "deletionTimestamp") is null).Select(ns => Marks.Of(ns, kind)).ToLookup(marks => marks.StateOf(uids));
        var drifted = Enum.GetValues<LiveState>().Where(state => state < LiveState.Consistent && states[state].Any()).Select(state => Of(state, [.. states[state]], new Repair(kind, uids))).ToList();
        return drifted is []
            ? [Diagnosis.Ok($"the marks of all namespaces agree: {states[LiveState.Consistent].Count()} in {uids.Count} tenants, {states[LiveState.None].Count()} in none")]
            : drifted;
    }

    private static Diagnosis Of(LiveState state, IReadOnlyList<Marks> marks, Repair repair)
    {
        var names = string.Join(", ", marks.Take(MostNamed).Select(each => each.Namespace)) + (marks.Count > MostNamed ? $" and {marks.Count - MostNamed} more" : "");
        return Diagnosis.Failed(
            $"{(marks.Count == 1 ? "1 namespace" : $"{marks.Count} namespaces")} {WordsOf(state, marks.Count == 1)}: {names}",
            new Fix(HintOf(state), [.. marks.Take(MostNamed).Select(repair.CommandFor)]));
    }

    private static string WordsOf(LiveState state, bool isOne) => state switch
    {
        LiveState.StaleUid => $"{(isOne ? "has" : "have")} an ownerReference with a UID that is not the live tenant's, and the garbage collector deletes {(isOne ? "it" : "them")}",
        LiveState.UnknownTenant => $"{(isOne ? "has" : "have")} an ownerReference to a tenant that does not exist, and the garbage collector deletes {(isOne ? "it" : "them")}",
        LiveState.Conflicting => $"{(isOne ? "names" : "name")} different tenants in label and ownerReferences",
        LiveState.OwnerOnly => $"{(isOne ? "has" : "have")} a tenant's ownerReference and no label",
        _ => $"{(isOne ? "has" : "have")} a tenant's label and no ownerReference",
    };

    private static string HintOf(LiveState state) => state switch
    {
        LiveState.StaleUid => "write the live UID, at once:",
        LiveState.UnknownTenant => "let them go at once, and put them into a tenant that exists afterwards:",
        LiveState.Conflicting => "Capsule goes by the ownerReference; where that is the right one:",
        LiveState.OwnerOnly => "set the label that belongs to it:",
        _ => "bind them, which takes the verb adopt; where the tenant is gone, take the label off:",
    };
}
