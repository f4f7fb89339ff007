namespace AdmissionGuard.Testing.Diagnosing;

/// <summary>The permissions of the guard and of the garbage collector, and who may migrate.</summary>
internal static class PermissionBreakages
{
    private const string User = "system:serviceaccount:admissionguard-system:admissionguard";
    private const string MayNotRead = $"failed guard-rights: {User} may not get tenants.capsule.clastix.io";
    private const string Certificates = $"failed guard-rights: {User} may not";

    public static IReadOnlyList<Breakage> All { get; } =
    [
        new("The guard's ClusterRoleBinding is deleted", "kubectl delete clusterrolebinding admissionguard", MayNotRead, Mend.Printed),
        new("The guard's ClusterRoleBinding is for another account",
            Breakages.Patch("clusterrolebinding admissionguard", "/subjects/0/name", "\"default\""), MayNotRead, Mend.Printed),
        new("The guard's ClusterRole is deleted", "kubectl delete clusterrole admissionguard", MayNotRead, Mend.Printed),
        new("The guard's ClusterRole is emptied", Breakages.Patch("clusterrole admissionguard", "/rules", "[]"), MayNotRead, Mend.Printed),
        new("The guard may not read CapsuleConfigurations", Breakages.Patch("clusterrole admissionguard", "/rules/1", null),
            $"failed guard-rights: {User} may not get capsuleconfigurations.capsule.clastix.io", Mend.Printed),
        new("The guard may not count namespaces", Breakages.Patch("clusterrole admissionguard", "/rules/3", null),
            $"warning guard-rights: {User} may not list namespaces", Mend.Printed),
        new("The Role for certificates is deleted", "ns delete role admissionguard-certificates",
            $"{Certificates} get secrets", Mend.Printed),
        new("The Role for certificates is emptied",
            Breakages.Patch("role admissionguard-certificates -n admissionguard-system", "/rules", "[]"), $"{Certificates} get secrets",
            Mend.Printed),
        new("The RoleBinding for certificates is deleted", "ns delete rolebinding admissionguard-certificates",
            $"{Certificates} get secrets", Mend.Printed),
        new("The ClusterRole for certificates is deleted", "kubectl delete clusterrole admissionguard-certificates",
            $"{Certificates} get mutatingwebhookconfigurations", Mend.Printed),
        new("The ClusterRoleBinding for certificates is deleted", "kubectl delete clusterrolebinding admissionguard-certificates",
            $"{Certificates} get mutatingwebhookconfigurations", Mend.Printed),
        new("The guard may do everything",
            """
            kubectl create clusterrolebinding everything --clusterrole=cluster-admin \
              --serviceaccount=admissionguard-system:admissionguard
            """,
            $"warning excess-rights: {User} has more permissions than it needs",
            Mend.Advice("find the binding that grants them, and remove it", "kubectl delete clusterrolebinding everything")),
        new("The garbage collector may not release namespaces",
            "kubectl delete clusterrolebinding admissionguard-tenant-orphaner",
            "warning garbage-collector: may not release", Mend.Printed),
        new("Nobody may migrate", "kubectl delete clusterrolebinding migrators",
            "warning migrators: only cluster admins may migrate",
            Mend.Advice(
                "bind the ClusterRole admissionguard-migrator to those who should migrate",
                "kubectl create clusterrolebinding migrators --clusterrole=admissionguard-migrator --user=mover")),
    ];
}
