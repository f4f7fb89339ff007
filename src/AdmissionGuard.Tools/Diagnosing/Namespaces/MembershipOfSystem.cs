using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Tools.Diagnosing.Drift;

namespace AdmissionGuard.Tools.Diagnosing.Namespaces;

/// <summary>Whether namespaces that are to be in no tenant are in one.</summary>
internal static class MembershipOfSystem
{
    /// <param name="namespaces">The namespaces.</param>
    /// <param name="guard">The guard's configuration.</param>
    /// <returns>One line for each that is in a tenant, and one for all others together.</returns>
    public static IEnumerable<Diagnosis> Look(IEnumerable<JsonNode> namespaces, GuardOptions guard)
    {
        List<string> free = [];
        foreach (var marks in namespaces.Select(ns => Marks.Of(ns, guard.Tenant)))
        {
            if (marks.Tenancy is { LabelledTenant: null, References: [] })
            {
                free.Add(marks.Namespace);
            }
            else
            {
                yield return Diagnosis.Failed(
                    $"{marks.Namespace} has the {Shown(marks)}: the tenant's owners can change what runs there, "
                    + "and it can be deleted with the tenant",
                    new Fix(
                        $"take it out, as somebody who has the verb {guard.Verbs.Release} and whom Capsule lets do so:",
                        new Repair(guard.Tenant, new Dictionary<string, string>(StringComparer.Ordinal)).ReleaseOf(marks)));
            }
        }

        if (free is not [])
        {
            yield return Diagnosis.Ok($"{Core.Text.Join(free)} {(free is [_] ? "is" : "are")} in no tenant");
        }
    }

    private static string Shown(Marks marks)
    {
        var (label, references) = (marks.Tenancy.LabelledTenant, marks.Tenancy.ReferencedTenants);
        string[] tenants = [.. references.Prepend(label).OfType<string>().Distinct(StringComparer.Ordinal)];
        var kind = references is [] ? "label" : label is null ? "ownerReference" : "label and ownerReference";
        return $"{kind} of tenant {Core.Text.Join(tenants)}";
    }
}
