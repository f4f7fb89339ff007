using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Decisions;

/// <summary>
/// Refuses a change of tenancy through a subresource, and advises only what would be allowed on the namespace itself,
/// given the permissions.
/// </summary>
/// <param name="tenant">What a tenant is.</param>
internal sealed class SubResourceDenial(TenantKind tenant)
{
    /// <summary>What the request violates.</summary>
    /// <param name="request">An update through a subresource that changes the tenancy.</param>
    /// <param name="transition">The transition, before any lookup.</param>
    /// <returns>The kind of refusal, and its message.</returns>
    public (DenyReason Reason, string Message) Of(NamespaceRequest request, Transition transition)
    {
        var refused = $"the subresource {MessageText.Quote(request.SubResource)} can't change a tenancy";
        var name = MessageText.Name(request.Name);
        return transition switch
        {
            _ when request.Received.IsTerminating || request.Old is { IsTerminating: true } =>
                (DenyReason.Forbidden, $"{DecisionMessages.TenancyIsFinal}; {Kept(request.SubResource, name)}"),
            { Contradiction.Length: > 0 } => (DenyReason.Forbidden, $"{refused}, and {transition.Contradiction}"),
            { Target: { } target } when !TenantName.IsValid(target) => (DenyReason.Invalid, DecisionMessages.BadName(target)),
            _ when IsDoneByLabel(request, transition) =>
                (DenyReason.Forbidden, $"{refused}; use: kubectl label ns {name} {tenant.LabelKey}{Change(transition)}"),
            _ => (DenyReason.Forbidden, $"{refused}; make this change on the namespace itself: kubectl edit ns {name}"),
        };
    }

    // On finalize, the API server stores the object that it is sent: one without label and references removes them.
    private static string Kept(string subResource, string name) => subResource == "finalize"
        ? "send the whole object with its label and ownerReferences as they are stored: "
            + $"kubectl get ns {name} -o json | jq '.spec.finalizers = []' | kubectl replace --raw /api/v1/namespaces/{name}/finalize -f -"
        : "send its label and ownerReferences as they are stored";

    private static string Change(Transition transition) =>
        transition.Target is { } target ? $"={MessageText.Name(target)} --overwrite" : "-";

    // On the namespace itself. A label that already has the value requests nothing.
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
