using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Planning.Rights;

namespace AdmissionGuard.Tests.Planning;

public sealed class RbacGrantTests
{
    [Theory]
    [InlineData("alice", "kubectl create clusterrolebinding adopt-tenants-gas-alice --clusterrole=adopt-tenants-gas --user=alice")]
    [InlineData(
        "system:serviceaccount:ci:mover",
        "kubectl create clusterrolebinding adopt-tenants-gas-system-serviceaccount-ci-mover --clusterrole=adopt-tenants-gas --serviceaccount=ci:mover")]
    [InlineData(
        "https://issuer/#O'Neill",
        "kubectl create clusterrolebinding adopt-tenants-gas-https---issuer--O-Neill --clusterrole=adopt-tenants-gas --user='https://issuer/#O'\\''Neill'")]
    public void A_binding_names_whoever_it_is_for_as_kubectl_and_a_shell_read_it(string user, string command) =>
        Assert.Equal(command, RbacGrant.OnTenant(new TenantKind(), "adopt", "gas", new UserInfo(user, "", [], [])).Binding);

    [Theory]
    [InlineData("a", true)]
    [InlineData("a-b1", true)]
    [InlineData("-a", false)]
    [InlineData("A", false)]
    [InlineData("a.b", false)]
    [InlineData("", false)]
    [InlineData("a\n", false)]
    public void A_namespace_has_a_name_that_a_path_can_hold(string name, bool isValid) =>
        Assert.Equal(isValid, NamespaceName.IsValid(name));
}
