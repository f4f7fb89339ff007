using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Planning.Rights;

/// <summary>The kubectl commands that grant one permission to one person.</summary>
/// <param name="Verb">The verb that is missing.</param>
/// <param name="Resource">On which resource.</param>
/// <param name="Name">On which object.</param>
/// <param name="Role">The command that makes the role.</param>
/// <param name="Binding">The command that binds it.</param>
internal sealed record RbacGrant(string Verb, string Resource, string Name, string Role, string Binding)
{
    private const string ServiceAccount = "system:serviceaccount:";

    /// <summary>A verb on a tenant, for the whole cluster: the guard asks cluster-wide.</summary>
    public static RbacGrant OnTenant(TenantKind kind, string verb, string tenant, UserInfo user)
    {
        var role = $"{verb}-{kind.Plural}-{tenant}";
        return new RbacGrant(
            verb,
            kind.Resource,
            tenant,
            $"kubectl create clusterrole {role} --verb={verb} --resource={kind.Resource} --resource-name={tenant}",
            $"kubectl create clusterrolebinding {NameFor(role, user)} --clusterrole={role} {Subject(user)}");
    }

    /// <summary>A verb on a namespace, given inside it and nowhere else.</summary>
    public static RbacGrant OnNamespace(string verb, string name, UserInfo user)
    {
        var role = $"{verb}-this-namespace";
        return new RbacGrant(
            verb,
            "namespaces",
            name,
            $"kubectl create role {role} --namespace={name} --verb={verb} --resource=namespaces --resource-name={name}",
            $"kubectl create rolebinding {NameFor(role, user)} --namespace={name} --role={role} {Subject(user)}");
    }

    private static string Subject(UserInfo user) => user.Name.StartsWith(ServiceAccount, StringComparison.Ordinal)
        ? $"--serviceaccount={user.Name[ServiceAccount.Length..]}"
        : $"--user={ShellQuoting.Quote(user.Name)}";

    // A binding's name is used in paths and on a command line.
    private static string NameFor(string role, UserInfo user) =>
        $"{role}-{string.Concat(user.Name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '@' or '_' ? c : '-'))}";
}
