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
using AdmissionGuard.Kubernetes.Credentials;
using AdmissionGuard.Kubernetes.Tenants;
using AdmissionGuard.Server.Admission.Reviews;
using AdmissionGuard.Server.Configuration;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Output;
using AdmissionGuard.Tools.Planning.Contents;
using AdmissionGuard.Tools.Planning.Output;
using AdmissionGuard.Tools.Planning.Rights;
using AdmissionGuard.Tools.Simulation;

namespace AdmissionGuard.Tools.Planning;

/// <summary><c>admissionguard plan</c>: previews a change of the tenant label, by GETs and access reviews only.</summary>
/// <param name="options">What was asked.</param>
/// <param name="calls">Sends the requests.</param>
/// <param name="time">The clock.</param>
/// <param name="terminal">Where it is reported.</param>
internal sealed class Planner(PlanOptions options, ApiServerClient calls, TimeProvider time, Terminal terminal)
{
    /// <summary>Reads the configuration, connects to the cluster and plans.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(PlanOptions options, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            // Invalid input is told before anything is sent.
            PlannedConfiguration.Given(options.Config, options.Set);
            await using var session = ClusterSession.Open(options.Kubeconfig, options.Context, terminal, options.RequestTimeout);
            return await new Planner(options, session.Calls, TimeProvider.System, terminal).RunAsync(cancellation);
        }
        catch (ConfigurationException e)
        {
            return terminal.Fail(ConfigurationError.ToLines(e.Errors), ExitCode.BadInput);
        }
        catch (ConnectionSourceException e)
        {
            return terminal.Fail([e.Message], ExitCode.BadInput);
        }
        catch (BadReviewException e)
        {
            return terminal.Fail([$"namespace \"{options.Namespace}\" can't be parsed: {e.Message}"], ExitCode.Unreachable);
        }
        catch (PlanException e)
        {
            return terminal.Fail([e.Message], e.ExitCode);
        }
    }

    /// <exception cref="PlanException">The plan can't be made.</exception>
    /// <exception cref="ConfigurationException">The file that was given, or a flag, is invalid.</exception>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        Plan plan;
        var progress = new Progress("plan", terminal, time);
        await using (progress)
        {
            plan = await PlanAsync(progress, cancellation);
        }

        // Of a plan that can't be made, only the error matters.
        if (plan.Assumption.Length > 0)
        {
            terminal.Tell($"Warning: {plan.Assumption}");
        }

        PlanReport.Write(plan, options.Format, terminal);
        return plan.IsAllowed ? ExitCode.Done : ExitCode.Refused;
    }

    private async Task<Plan> PlanAsync(Progress progress, CancellationToken cancellation)
    {
        var reader = new ClusterReader(calls, time, cancellation);
        progress.Await($"reading namespace {options.Namespace}");
        var stored = await RequiredObjects.NamespaceAsync(reader, options.Namespace);
        progress.Await("reading the guard's configuration");
        var webhooks = await ExternalAdmissionChecks.WebhooksAsync(reader);
        var place = options.GuardNamespace ?? ExternalAdmissionChecks.GuardNamespace(webhooks) ?? new GuardOptions().OwnNamespace;
        var configuration = await PlannedConfiguration.ReadAsync(options, reader, place);
        var guard = configuration.Options with { OwnNamespace = place };
        progress.Await("reading the tenant");
        var request = new LabelRequest(guard.Tenant.LabelKey, options.Target);
        var user = await new UserResolver(options).FindAsync(calls, time, cancellation);
        var tenant = await RequiredObjects.TenantAsync(reader, guard.Tenant, stored, options.Target);

        progress.Await("evaluating the request");
        var reviewer = new SubjectAccessReviewClient(calls, isOfOneself: options.User is null);
        var rights = new NamespaceRights(reviewer, isOfAnother: options.User is not null, time);
        var tenants = new TenantClient(calls, guard.Tenant);
        var refusals = await RefusalsAsync(rights, user, cancellation);
        var settings = new CapsuleConfigurationClient(calls, guard);
        var capsule = new ReadableCapsule(settings);
        var externalChecks = new ExternalAdmissionChecks(
            reader, CapsuleConfigurationReference.Of(guard) is null ? null : settings, user, time);
        var authorizer = new ClusterAuthorizer(reviewer, guard.Tenant);
        var dependencies = new EngineDependencies(tenants, capsule, authorizer, time);
        var simulator = new AdmissionSimulator(dependencies with { Explain = ApiFailureText.ForReader }, guard);
        var result = await simulator.RunAsync(request.ReviewOf(stored, user, options.FieldManager), cancellation);
        if (result.Code == 503)
        {
            throw PlanException.Unreachable(string.Join("; ", result.Reasons));
        }

        progress.Await("checking Capsule, the API server and the contents of the namespace");
        var owners = await externalChecks.OwnerReferencesAsync(rights, options.Namespace, WritesReferences(result), cancellation);
        return new Plan
        {
            Namespace = options.Namespace,
            Command = request.CommandOf(options.Namespace, options.FieldManager),
            User = user,
            Result = result,
            OfServer = [.. refusals.Select(refusal => refusal.Message)],
            Capsule = await externalChecks.CapsuleAsync(webhooks, result.Transition.Kind, cancellation),
            OwnerReferences = owners,
            Grants =
            [
                .. refusals.Select(refusal => RbacGrant.OnNamespace(refusal.Verb, options.Namespace, user)),
                .. result.Missing.Select(need => RbacGrant.OnTenant(guard.Tenant, need.Verb, need.Tenant, user)),
                .. owners.IsRefused ? [RbacGrant.OnNamespace("delete", options.Namespace, user)] : ImmutableArray<RbacGrant>.Empty,
            ],
            Windows = NextMaintenanceWindow.Tell(
                guard.Policy.MaintenanceWindows, await ConcernedAsync(tenants, result.Transition, cancellation), time.GetUtcNow()),
            CompatibilityChecks = tenant is null || options.Target is null
                ? []
                : await new NamespaceContents(reader, stored, tenant).CompareAsync(),
            Assumption = configuration.Assumption,
            Unknown = UnknownBecauseOf(capsule.Forbidden, guard),
            Notes = [.. PlanNotes.Of(configuration, request.IsIdle(stored), result, webhooks)],
        };
    }

    /// <summary>What the verdict does not consider.</summary>
    private static ImmutableArray<string> UnknownBecauseOf(ApiFailure? forbidden, GuardOptions guard) => forbidden is null ? [] :
        [
            $"whether the CapsuleConfiguration \"{guard.CapsuleConfiguration}\" changes the verdict, because it could not be read "
                + $"({ApiFailureText.ForReader(forbidden)}): its protectedNamespaceRegex, forceTenantPrefix and administrators",
        ];

    /// <summary>
    /// Whether ownerReferences would be written: the modes warn and audit complete nothing. Of what the guard refuses, whether they would
    /// be once it does not.
    /// </summary>
    private static bool WritesReferences(SimulationResult result) => result.IsAllowed
        ? !JsonNode.DeepEquals(result.Before.At("metadata", "ownerReferences"), result.After.At("metadata", "ownerReferences"))
        : result.Transition.IsChange;

    /// <summary>What the API server itself refuses: kubectl first gets the namespace, then patches it.</summary>
    private async Task<IReadOnlyList<(string Verb, string Message)>> RefusalsAsync(
        NamespaceRights rights, UserInfo user, CancellationToken cancellation)
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

    private async Task<IReadOnlyList<Tenant>> ConcernedAsync(TenantClient tenants, Transition transition, CancellationToken cancellation)
    {
        using var deadline = new Deadline(time, ClusterReader.Budget, cancellation);
        var live = new List<Tenant>();
        foreach (var name in transition.Released.Concat(transition.Target is { } target ? [target] : []).Where(TenantName.IsValid))
        {
            if (await tenants.FindAsync(name, deadline) is TenantLookup.Found found)
            {
                live.Add(found.Tenant);
            }
        }

        return live;
    }
}
