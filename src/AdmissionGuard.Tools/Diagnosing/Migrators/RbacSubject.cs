using AdmissionGuard.Core.Requests;
using AdmissionGuard.Tools.Simulation;

namespace AdmissionGuard.Tools.Diagnosing.Migrators;

/// <summary>A subject of a ClusterRoleBinding.</summary>
/// <param name="Kind"><c>User</c>, <c>Group</c> or <c>ServiceAccount</c>.</param>
/// <param name="Name">The name, a service account's in full.</param>
internal sealed record RbacSubject(string Kind, string Name)
{
    /// <summary>How the user name of a service account begins.</summary>
    public const string ServiceAccountPrefix = "system:serviceaccount:";

    private const string KubeSystem = ServiceAccountPrefix + "kube-system:";

    /// <summary>Whether it is a part of Kubernetes: those migrate nothing.</summary>
    public bool IsOfKubernetes => Name.StartsWith("system:", StringComparison.Ordinal)
        && (Kind != "ServiceAccount" || Name.StartsWith(KubeSystem, StringComparison.Ordinal));

    /// <summary>The subject with a user name: RBAC may name a service account by its user name too.</summary>
    public static RbacSubject OfUser(string name) =>
        new(name.StartsWith(ServiceAccountPrefix, StringComparison.Ordinal) ? "ServiceAccount" : "User", name);

    /// <summary>The user; for a group, a user who is in it and in no other.</summary>
    public UserInfo ToUserInfo() => Kind == "Group" ? new SimulatedUser("", [Name]).ToUserInfo() : new SimulatedUser(Name, []).ToUserInfo();

    /// <inheritdoc />
    public override string ToString() => $"{Kind} {Core.MessageText.User(Name)}";
}
