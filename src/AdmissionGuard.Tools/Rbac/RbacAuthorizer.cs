using System.Collections.Immutable;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Manifests;

namespace AdmissionGuard.Tools.Rbac;

/// <summary>
/// Answers as Kubernetes' RBAC would: by ClusterRoles and ClusterRoleBindings alone, since a RoleBinding grants nothing on what has no
/// namespace.
/// </summary>
internal sealed class RbacAuthorizer : IAuthorizer
{
    // The API server lets this group do everything, before it asks any authorizer.
    private const string Masters = "system:masters";

    private readonly TenantKind _kind;
    private readonly ImmutableArray<Binding> _bindings;

    private RbacAuthorizer(TenantKind kind, ImmutableArray<Binding> bindings)
    {
        _kind = kind;
        _bindings = bindings;
    }

    public static RbacAuthorizer Read(ManifestStore objects, TenantKind kind, InputErrors errors)
    {
        var roles = ClusterRoles.Read(objects, errors);
        var bindings = ImmutableArray.CreateBuilder<Binding>();
        foreach (var document in objects.Of(ClusterRoles.Group, "ClusterRoleBinding"))
        {
            if (document.Accept(TypedObject.Read(document.Root, RbacJsonContext.Default.ClusterRoleBindingDto), errors) is { } binding
                && IsSound(document, binding, errors))
            {
                bindings.Add(new Binding([.. binding.Subjects ?? []], roles.RulesOf(binding.RoleRef!.Name!)));
            }
        }

        return new RbacAuthorizer(kind, bindings.DrainToImmutable());
    }

    public Task<Permission> AskAsync(UserInfo user, string verb, string tenant, Deadline deadline) =>
        Task.FromResult<Permission>(user.Groups.Contains(Masters, StringComparer.Ordinal)
            || _bindings.Any(binding => binding.Grants(user, verb, tenant, _kind))
            ? new Permission.Granted()
            : new Permission.Missing());

    private static bool IsSound(Document document, ClusterRoleBindingDto binding, InputErrors errors)
    {
        document.RefuseUnknown("$.roleRef", binding.RoleRef?.UnknownFields, errors);

        // A role that is not there grants nothing, here as there.
        if (binding.RoleRef is not { Kind: "ClusterRole", Name.Length: > 0 })
        {
            errors.Add(document.Error("$.roleRef", "must name a ClusterRole, by kind and name"));
            return false;
        }

        foreach (var (index, subject) in (binding.Subjects ?? []).Index())
        {
            var path = JsonPath.Join("$.subjects", index);
            document.RefuseUnknown(path, subject.UnknownFields, errors);
            if (subject is not ({ Kind: "User" or "Group", Name.Length: > 0 }
                or { Kind: "ServiceAccount", Name.Length: > 0, Namespace.Length: > 0 }))
            {
                errors.Add(
                    document.Error(
                        path,
                        "must be a User or a Group with its name, or a ServiceAccount with its name and namespace"));
            }
        }

        return true;
    }

    private sealed record Binding(ImmutableArray<SubjectDto> Subjects, ImmutableArray<PolicyRule> Rules)
    {
        public bool Grants(UserInfo user, string verb, string tenant, TenantKind kind) =>
            Subjects.Any(subject => IsMeant(subject, user)) && Rules.Any(rule => rule.Grants(verb, tenant, kind));

        private static bool IsMeant(SubjectDto subject, UserInfo user) => subject.Kind switch
        {
            "User" => subject.Name == user.Name,
            "Group" => user.Groups.Any(group => group == subject.Name),
            _ => $"system:serviceaccount:{subject.Namespace}:{subject.Name}" == user.Name,
        };
    }
}
