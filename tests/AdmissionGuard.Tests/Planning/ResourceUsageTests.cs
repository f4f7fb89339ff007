using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Planning.Contents;

namespace AdmissionGuard.Tests.Planning;

public sealed class ResourceUsageTests
{
    [Theory]
    [InlineData("""{"containers":[{"resources":{"requests":{"cpu":"250m"}}},{"resources":{"requests":{"cpu":1}}}]}""", "1250m")]
    [InlineData(
        """{"initContainers":[{"resources":{"requests":{"cpu":"2"}}}],"containers":[{"resources":{"requests":{"cpu":"1"}}}]}""", "2")]
    [InlineData(
        """{"initContainers":[{"restartPolicy":"Always","resources":{"requests":{"cpu":"500m"}}},{"resources":{"requests":{"cpu":"1"}}}],"containers":[{"resources":{"requests":{"cpu":"1"}}}]}""",
        "1500m")]
    [InlineData("""{"overhead":{"cpu":"100m"},"containers":[{"resources":{"requests":{"cpu":"1"}}}]}""", "1100m")]
    public void A_pod_counts_as_Kubernetes_counts_it(string spec, string cpu) =>
        Assert.Equal(cpu, ResourceUsage.Show("requests.cpu", new ResourceUsage([Pod(spec)], []).Of("requests.cpu")!.Value));

    [Theory]
    [InlineData("\"1500m\"", "1.5")]
    [InlineData("2", "2")]
    [InlineData("\"1Ki\"", "1024")]
    [InlineData("\"1E\"", "1000000000000000000")]
    [InlineData("\"1e3\"", "1000")]
    [InlineData("\"-1e400\"", "-9223372036854775807")]
    [InlineData("\"1e40\"", "9223372036854775807")]
    [InlineData("\"1e999999999\"", "9223372036854775807")]
    [InlineData("\"1e99999999999\"", "9223372036854775807")]
    [InlineData("\"1e-999999999\"", "0")]
    [InlineData("\"99999999999999999999999999999999999\"", "9223372036854775807")]
    public void A_quantity_is_read_and_capped_as_Kubernetes_does(string json, string expected) =>
        Assert.Equal(expected, ResourceUsage.Quantity(JsonNode.Parse(json)).ToString(System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"many\"")]
    [InlineData("\"1x\"")]
    [InlineData("\"1e\"")]
    [InlineData("true")]
    [InlineData("\"1111111111111111111111111111111111111111111111111111111111111111111111\"")]
    public void What_is_no_quantity_is_said_to_be_none(string json) =>
        Assert.Throws<FormatException>(() => ResourceUsage.Quantity(JsonNode.Parse(json)));

    [Fact]
    public void Pods_that_are_over_count_as_objects_and_as_nothing_else()
    {
        var over = Pod("""{"containers":[{"resources":{"requests":{"cpu":"1"}}}]}""");
        over["status"] = new JsonObject { ["phase"] = "Succeeded" };

        var usage = new ResourceUsage([over], []);

        Assert.Equal((0, 0), (usage.Of("pods"), usage.Of("requests.cpu")));
        Assert.Equal(1, usage.Of("count/pods"));
    }

    [Fact]
    public void Claims_count_whole_and_by_class()
    {
        var usage = new ResourceUsage(
            [], [JsonNode.Parse("""{"spec":{"storageClassName":"fast","resources":{"requests":{"storage":"1Gi"}}}}""")!]);

        Assert.Equal("1Gi", ResourceUsage.Show("requests.storage", usage.Of("requests.storage")!.Value));
        Assert.Equal(1, usage.Of("fast.storageclass.storage.k8s.io/persistentvolumeclaims"));
        Assert.Equal(0, usage.Of("slow.storageclass.storage.k8s.io/requests.storage"));
    }

    [Fact]
    public void What_is_not_counted_is_not_taken_for_nothing() => Assert.Null(new ResourceUsage([], []).Of("services"));

    private static JsonObject Pod(string spec) => new() { ["spec"] = JsonNode.Parse(spec) };
}
