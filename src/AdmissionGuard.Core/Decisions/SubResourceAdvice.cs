using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Decisions;

/// <summary>
/// Refuses a change of tenancy through a sub-resource, and advises only what the namespace itself would then be allowed,
/// given the rights.
/// </summary>
/// <param name="tenant">What a tenant is.</param>
internal sealed class SubResourceAdvice(TenantKind tenant)
{
    /// <summary>What stands against the request.</summary>
    /// <param name="request">An update through a sub-resource that changes the tenancy.</param>
    /// <param name="transition">What it comes to, before any look-up.</param>
    /// <returns>The kind of refusal, and its words.</returns>
    public (DenyReason Reason, string Words) Of(NamespaceRequest request, Transition transition)
    {
        var refused = $"the sub-resource {MessageText.Quote(request.SubResource)} can't change a tenancy";
        var name = MessageText.Name(request.Name);
        return transition switch
        {
            _ when request.Received.IsTerminating || request.Old is { IsTerminating: true } =>
                (DenyReason.Forbidden, $"{DecisionMessages.NamespaceStaysAsItIs}; {Kept(request.SubResource, name)}"),
            { Contradiction.Length: > 0 } => (DenyReason.Forbidden, $"{refused}, and {transition.Contradiction}"),
            { Target: { } target } when !TenantName.IsValid(target) => (DenyReason.Invalid, DecisionMessages.BadName(target)),
            _ when IsDoneByLabel(request, transition) =>
                (DenyReason.Forbidden, $"{refused}; use: kubectl label ns {name} {tenant.LabelKey}{Change(transition)}"),
            _ => (DenyReason.Forbidden, $"{refused}; make this change on the namespace itself: kubectl edit ns {name}"),
        };
    }

    // The API server finalizes a namespace by whatever object it is sent: a bare one takes label and references off.
    private static string Kept(string subResource, string name) => subResource == "finalize"
        ? "send the whole object with its label and ownerReferences as stored: "
            + $"kubectl get ns {name} -o json | jq '.spec.finalizers = []' | kubectl replace --raw /api/v1/namespaces/{name}/finalize -f -"
        : "send its label and ownerReferences as stored";

    private static string Change(Transition transition) => transition.Target is { } target ? $"={MessageText.Name(target)} --overwrite" : "-";

    // Written on the namespace itself; a label that is so already asks for nothing.
    private static bool IsDoneByLabel(NamespaceRequest request, Transition transition)
    {
        if (request.Old is not { } stored)
        {
            return true;
        }

        var labelled = TransitionClassifier.FromUpdate(stored, stored with { Tenancy = stored.Tenancy with { Label = transition.Target } });
        return labelled.IsChange && labelled.Target == transition.Target;
    }
}
