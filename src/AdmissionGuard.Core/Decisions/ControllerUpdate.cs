using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Completions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Decisions;

/// <summary>
/// Updates by the tenants' own controllers. Capsule's controller sets a namespace's label to the tenant that it listed
/// the namespace for; written after a move, that would be completed into a move back, by an account that has every verb.
/// </summary>
internal static class ControllerUpdate
{
    /// <summary>Whether the request is a migration that only a completion would make whole.</summary>
    /// <returns><see langword="true"/> for a conflict, upon which a controller reads the namespace again.</returns>
    public static bool IsRefused(
        NamespaceRequest request, Transition transition, DecisionContext context, GuardOptions options, Completer completer)
    {
        if (request.IsCreate
            || transition is not { Kind: TransitionKind.Migrate, Target: { } target }
            || !options.TenantControllers.Contains(request.User.Name, StringComparer.Ordinal))
        {
            return false;
        }

        return context.Of(target) switch
        {
            // Refused as everybody's is: whether the tenant lives is not known, or to read the namespace again is no help.
            TenantLookup.Unknown or TenantLookup.NotServed => false,
            TenantLookup.Found { Tenant: { IsTerminating: false } live } =>
                !completer.Bind(request.Received, request.Old, live.Name, live.Uid).IsEmpty,
            _ => true,
        };
    }
}
