using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;
using AdmissionGuard.Kubernetes.AccessReviews;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Tenants;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Output;
using AdmissionGuard.Tools.Planning.Belongings;
using AdmissionGuard.Tools.Planning.Output;
using AdmissionGuard.Tools.Planning.Rights;
using AdmissionGuard.Tools.Simulation;

namespace AdmissionGuard.Tools.Planning;

/// <summary><c>admissionguard plan</c>: asks the cluster what would come of a label, by GETs and access reviews alone.</summary>
/// <param name="options">What was asked.</param>
/// <param name="guard">What the guard's operators chose.</param>
/// <param name="calls">Sends the requests.</param>
/// <param name="time">The clock.</param>
/// <param name="terminal">Where it is told.</param>
internal sealed class Planner(PlanOptions options, GuardOptions guard, ClusterCalls calls, TimeProvider time, Terminal terminal)
{
    /// <exception cref="PlanException">There is no plan to be made.</exception>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        Plan plan;
        var progress = new Progress("plan", terminal, time);
        await using (progress)
        {
            plan = await PlanAsync(progress, cancellation);
        }

        PlanReport.Write(plan, options.Format, terminal);
        return plan.IsAllowed ? ExitCode.Done : ExitCode.Refused;
    }

    private async Task<Plan> PlanAsync(Progress progress, CancellationToken cancellation)
    {
        var reader = new ClusterReader(calls, time, cancellation);
        var request = new LabelRequest(guard.Tenant.LabelKey, options.Target);
        progress.Await($"reading namespace {options.Namespace}");
        var stored = await Stored.NamespaceAsync(reader, options.Namespace);
        var user = await new Someone(options).FindAsync(calls, time, cancellation);
        var tenant = await Stored.TenantAsync(reader, guard.Tenant, stored, options.Target);

        progress.Await("asking what the guard says");
        var reviewer = new AccessReviewer(calls, isOfOneself: options.User is null);
        var rights = new NamespaceRights(reviewer, isOfAnother: options.User is not null, time);
        var recorder = new Recorder(new ClusterAuthorizer(reviewer, guard.Tenant));
        var tenants = new LiveTenants(calls, guard.Tenant);
        var refusals = await RefusalsAsync(rights, user, cancellation);
        var neighbourhood = new Neighbourhood(reader, guard.Tenant, user);
        var webhooks = await neighbourhood.WebhooksAsync();
        var placed = guard with { OwnNamespace = Neighbourhood.GuardNamespace(webhooks) ?? guard.OwnNamespace };
        var trial = new Trial(new Ports(tenants, new LiveCapsule(calls, guard), recorder, time), placed);
        var result = await trial.RunAsync(request.ReviewOf(stored, user, options.FieldManager), cancellation);
        if (result.Code == 503)
        {
            throw PlanException.Unreachable(string.Join("; ", result.Reasons).Replace(" to the guard", "", StringComparison.Ordinal));
        }

        progress.Await("looking at Capsule, the API server, and what the namespace brings along");
        var owners = await neighbourhood.OwnerReferencesAsync(rights, options.Namespace, WritesReferences(result), cancellation);
        return new Plan
        {
            Namespace = options.Namespace,
            Command = request.CommandOf(options.Namespace, options.FieldManager),
            User = user,
            Result = result,
            OfServer = [.. refusals.Select(refusal => refusal.Words)],
            Capsule = await neighbourhood.CapsuleAsync(webhooks, result.Transition.Kind),
            OwnerReferences = owners,
            Grants =
            [
                .. refusals.Select(refusal => Grant.OnNamespace(refusal.Verb, options.Namespace, user)),
                .. recorder.NamedIn($"{result.Message} {result.Tolerated}", guard.Tenant.Resource).Select(need => Grant.OnTenant(guard.Tenant, need.Verb, need.Tenant, user)),
                .. owners.IsAgainst ? [Grant.OnNamespace("delete", options.Namespace, user)] : ImmutableArray<Grant>.Empty,
            ],
            Windows = WindowTimes.Tell(guard.Policy.MaintenanceWindows, await ConcernedAsync(tenants, result.Transition, cancellation), time.GetUtcNow()),
            Belongings = tenant is null || options.Target is null ? [] : await new Inventory(reader, stored, tenant).CompareAsync(),
            Notes = [.. Notes.Of(options, request.IsIdle(stored), result, webhooks)],
        };
    }

    /// <summary>Whether ownerReferences would be written: the modes warn and audit complete nothing. Of what the guard refuses, whether they would be once it does not.</summary>
    private static bool WritesReferences(TrialResult result) => result.IsAllowed
        ? !JsonNode.DeepEquals(result.Before.At("metadata", "ownerReferences"), result.After.At("metadata", "ownerReferences"))
        : result.Transition.IsChange;

    /// <summary>What the API server itself refuses: kubectl first gets the namespace, then patches it.</summary>
    private async Task<IReadOnlyList<(string Verb, string Words)>> RefusalsAsync(NamespaceRights rights, Requester user, CancellationToken cancellation)
    {
        var refusals = new List<(string, string)>();
        foreach (var verb in new[] { "get", "patch" })
        {
            if (await rights.RefusalAsync(user, verb, options.Namespace, cancellation) is { } words)
            {
                refusals.Add((verb, words));
            }
        }

        return refusals;
    }

    private async Task<IReadOnlyList<Tenant>> ConcernedAsync(LiveTenants tenants, Transition transition, CancellationToken cancellation)
    {
        using var deadline = new Deadline(time, ClusterReader.Budget, cancellation);
        var living = new List<Tenant>();
        foreach (var name in transition.Released.Concat(transition.Target is { } target ? [target] : []).Where(TenantName.IsValid))
        {
            if (await tenants.FindAsync(name, deadline) is TenantLookup.Found found)
            {
                living.Add(found.Tenant);
            }
        }

        return living;
    }
}
