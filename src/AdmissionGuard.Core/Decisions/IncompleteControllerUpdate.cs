using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Completions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Decisions;

/// <summary>
/// Updates by the tenants' own controllers. Capsule's controller sets a namespace's label to the tenant that it listed
/// the namespace for. If it is written after a move, completion would move the namespace back, with an account that has every verb.
/// </summary>
internal static class IncompleteControllerUpdate
{
    /// <summary>Whether the request is a migration that is incomplete without a completion.</summary>
    /// <returns><see langword="true"/> for a conflict, after which a controller reads the namespace again.</returns>
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
            // Refused like any other request: it is unknown whether the tenant exists, or reading the namespace again does not help.
            TenantLookup.Unknown or TenantLookup.NotServed => false,
            TenantLookup.Found { Tenant: { IsTerminating: false } live } =>
                !completer.Bind(request.Received, request.Old, live.Name, live.Uid).IsEmpty,
            _ => true,
        };
    }
}
