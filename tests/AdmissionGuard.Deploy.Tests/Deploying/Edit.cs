using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;
using AdmissionGuard.DecisionTable;
using AdmissionGuard.Server.Admission.Reviews;
using AdmissionGuard.Tools.Simulation;

namespace AdmissionGuard.Deploy.Tests.Deploying;

/// <summary>A namespace before and after, as the API server shows it to webhooks and to CEL.</summary>
internal sealed record Edit(JsonObject? Old, JsonObject Now)
{
    private static readonly ReviewReader Reader = new(new TenantKind());

    /// <summary>Whether Core says that nothing is asked of the tenancy.</summary>
    public bool IsUnchanged
    {
        get
        {
            var request = Read();
            return (request.Old is null
                ? TransitionClassifier.FromCreate(request.Received)
                : TransitionClassifier.FromUpdate(request.Old, request.Received)).Kind is TransitionKind.Unchanged;
        }
    }

    /// <summary>Whether label and references say the same, or nothing.</summary>
    public bool EndsWhole => Read().Received.Tenancy.State is TenancyState.None or TenancyState.Bound;

    public static Edit Of(Change change) => new(
        change.Stored is { } stored ? Namespace(stored, addsAnotherKind: false) : null,
        Namespace(change.Received, change.AddsAnotherKind));

    public static JsonObject Namespace(string? label, IEnumerable<JsonNode> references)
    {
        var metadata = new JsonObject { ["name"] = "billing", ["labels"] = new JsonObject { ["team"] = "billing" } };
        if (label is not null)
        {
            metadata["labels"]!["capsule.clastix.io/tenant"] = label;
        }

        // An empty list is not shown at all.
        if (references.ToArray() is { Length: > 0 } all)
        {
            metadata["ownerReferences"] = new JsonArray(all);
        }

        return new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = metadata };
    }

    public static JsonObject Reference(string version, string kind, string name, string uid) =>
        new() { ["apiVersion"] = $"capsule.clastix.io/{version}", ["kind"] = kind, ["name"] = name, ["uid"] = uid };

    public override string ToString() => $"{Old?.ToJsonString() ?? "(created)"} → {Now.ToJsonString()}";

    private static JsonObject Namespace(RowTenancy tenancy, bool addsAnotherKind) => Namespace(
        tenancy.Label,
        tenancy.References.Select(each => (JsonNode)Reference(each.Version, "Tenant", each.Tenant, each.Uid))
            .Concat(addsAnotherKind ? [Reference("v1beta2", "ResourcePool", "pool", "pool-uid")] : ImmutableArray<JsonNode>.Empty));

    private NamespaceRequest Read()
    {
        var review = new SimulatedRequest
        {
            User = new SimulatedUser("alice", []),
            Old = (JsonObject?)Old?.DeepClone(),
            New = (JsonObject)Now.DeepClone(),
        }.ToReview();
        return Reader.Read(Encoding.UTF8.GetBytes(review.ToJsonString())).ToRequest();
    }
}
