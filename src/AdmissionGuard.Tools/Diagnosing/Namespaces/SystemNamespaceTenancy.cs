using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Drift;

namespace AdmissionGuard.Tools.Diagnosing.Namespaces;

/// <summary>Whether namespaces that must not be part of a tenant are in one.</summary>
internal static class SystemNamespaceTenancy
{
    /// <param name="namespaces">The namespaces.</param>
    /// <param name="guard">The guard's configuration.</param>
    /// <returns>One line for each that is in a tenant, and one for all others together.</returns>
    public static IEnumerable<CheckResult> Check(IEnumerable<JsonNode> namespaces, GuardOptions guard)
    {
        List<string> free = [];
        foreach (var tenancy in namespaces.Select(ns => NamespaceTenancy.Of(ns, guard.Tenant)))
        {
            if (tenancy.Tenancy is { LabelledTenant: null, References: [] })
            {
                free.Add(tenancy.Namespace);
            }
            else
            {
                yield return CheckResult.Failed(
                    $"{tenancy.Namespace} has the {Shown(tenancy)}: the tenant's owners can change what runs there, "
                    + "and it can be deleted with the tenant",
                    new Remediation(
                        $"release it, as a user who has the verb {guard.Verbs.Release} and whom Capsule allows to do so:",
                        new RepairCommand(guard.Tenant, new Dictionary<string, string>(StringComparer.Ordinal)).ReleaseOf(tenancy)));
            }
        }

        if (free is not [])
        {
            yield return CheckResult.Ok($"{Core.MessageText.Join(free)} {(free is [_] ? "is" : "are")} in no tenant");
        }
    }

    private static string Shown(NamespaceTenancy tenancy)
    {
        var (label, references) = (tenancy.Tenancy.LabelledTenant, tenancy.Tenancy.ReferencedTenants);
        string[] tenants = [.. references.Prepend(label).OfType<string>().Distinct(StringComparer.Ordinal)];
        var kind = references is [] ? "label" : label is null ? "ownerReference" : "label and ownerReference";
        return $"{kind} of tenant {Core.MessageText.Join(tenants)}";
    }
}
