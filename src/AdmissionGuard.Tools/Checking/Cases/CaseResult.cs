using System.Collections.Immutable;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Simulation;
using AdmissionGuard.Tools.Simulation.Clusters;

namespace AdmissionGuard.Tools.Checking.Cases;

/// <summary>The result of a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Result">The result of the webhooks.</param>
/// <param name="Label">The tenant label in the end; <see langword="null"/> for none.</param>
/// <param name="References">The tenants that the references name in the end, with the UID where it is not the live one.</param>
internal sealed record CaseResult(AdmissionCase Case, SimulationResult Result, string? Label, ImmutableArray<string> References)
{
    /// <summary>The synthetic UIDs of the references, because no file contains them; a cluster has others.</summary>
    public ImmutableArray<(string Tenant, string Uid)> MadeUp { get; init; } = [];

    public static async Task<CaseResult> OfAsync(AdmissionCase from, SimulationResult result, Deadline deadline)
    {
        var tenancy = NamespaceTenancy.Of(result.After, from.Options.Tenant).Tenancy;
        var references = ImmutableArray.CreateBuilder<string>();
        var madeUp = ImmutableArray.CreateBuilder<(string Tenant, string Uid)>();
        foreach (var (name, uid) in tenancy.References.Select(static each => (each.Name, each.Uid)))
        {
            var isLive = TenantName.IsValid(name)
                && await from.Dependencies.Tenants.FindAsync(name, deadline) is TenantLookup.Found { Tenant.Uid: var live }
                && live == uid;
            references.Add(isLive ? name : $"{name} (uid {uid})");
            if (uid == SyntheticUid.Of(name))
            {
                madeUp.Add((name, uid));
            }
        }

        return new CaseResult(from, result, tenancy.Label, references.DrainToImmutable()) { MadeUp = madeUp.DrainToImmutable() };
    }
}
