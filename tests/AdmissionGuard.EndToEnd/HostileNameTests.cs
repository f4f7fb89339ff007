namespace AdmissionGuard.EndToEnd;

/// <summary>A name that would lead a lookup astray leads to no allow.</summary>
public sealed class HostileNameTests(GuardedCluster cluster)
{
    [Theory]
    [InlineData("{0}/status")]
    [InlineData("../tenants/{0}")]
    [InlineData("{0}?pretty=1")]
    [InlineData("{0}%2fstatus")]
    [InlineData("..")]
    [InlineData("../../../api/v1/namespaces/default")]
    public async Task A_reference_name_that_is_a_path_is_refused(string pattern)
    {
        var scene = await cluster.SceneAsync();
        var name = string.Format(System.Globalization.CultureInfo.InvariantCulture, pattern, scene.Gas);

        var answer = await scene.Mover.RunAsync(
            "patch", "ns", scene.Namespace, "--type=merge", "-p",
            $$$"""{"metadata":{"labels":null,"ownerReferences":[{"apiVersion":"capsule.clastix.io/v1beta2","kind":"Tenant","name":"{{{name}}}","uid":"{{{scene.GasUid}}}"}]}}""");

        Assert.NotEqual(0, answer.ExitCode);
        Assert.Contains("is not a valid tenant name", answer.Error, StringComparison.Ordinal);
        Assert.Equal(scene.InOil, await scene.TenancyAsync());
    }

    [Fact]
    public async Task A_reference_to_another_kind_of_the_tenants_group_is_refused()
    {
        var scene = await cluster.SceneAsync();

        var answer = await scene.Mover.RunAsync(
            "patch", "ns", scene.Namespace, "--type=json", "-p",
            """[{"op":"add","path":"/metadata/ownerReferences/-","value":{"apiVersion":"capsule.clastix.io/v1beta2","kind":"ResourcePool","name":"x","uid":"00000000-0000-0000-0000-000000000001"}}]""");

        Assert.Contains("can't be added", answer.Error, StringComparison.Ordinal);
        Assert.Equal(scene.InOil, await scene.TenancyAsync());
    }
}
