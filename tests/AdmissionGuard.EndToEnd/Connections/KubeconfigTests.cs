using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster.Identity;

namespace AdmissionGuard.EndToEnd.Connections;

/// <summary>Every field of a kubeconfig: who asks, and as whom, is the same as with kubectl.</summary>
public sealed class KubeconfigTests
{
    public static TheoryData<string> Accepted => [.. KubeconfigCases.Accepted.Keys.Order(StringComparer.Ordinal)];

    public static TheoryData<string> Refused => [.. KubeconfigCases.Refused.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Accepted))]
    public async Task Who_asks_is_who_asks_with_kubectl(string what)
    {
        using var client = new Client();
        await using var server = await RecordingServer.StartAsync(KubeconfigFolder.Server, TestContext.Current.CancellationToken);
        var options = new[] { "--kubeconfig", new KubeconfigFolder(client.At("")).Write("kubeconfig", KubeconfigCases.Accepted[what], server.Port) };

        (await client.KubectlAsync(options)).Ok();
        var (path, kubectl, told) = (Assert.Single(server.Requests).Path, server.Requests.Single().Identity, client.TakeExecInfo());
        server.Requests.Clear();
        var answer = await Client.PlanHereAsync(options[1]);

        Assert.False(server.Requests.IsEmpty, answer.Error);
        Assert.Equal(what.StartsWith("insecure-skip-tls-verify", StringComparison.Ordinal) && !what.EndsWith("false", StringComparison.Ordinal),
            answer.Error.StartsWith("Warning: ", StringComparison.Ordinal));
        Assert.All(server.Requests, request => Assert.Equal(kubectl.ToString(), request.Identity.ToString()));
        Assert.Contains(server.Requests, request => request.Path == path);
        var ours = client.TakeExecInfo();
        Assert.True(JsonNode.DeepEquals(told, ours), $"{told}\n{ours}");
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_kubectl_refuses_is_refused(string what)
    {
        using var client = new Client();
        await using var server = await RecordingServer.StartAsync(KubeconfigFolder.Server, TestContext.Current.CancellationToken);
        var options = new[] { "--kubeconfig", new KubeconfigFolder(client.At("")).Write("kubeconfig", KubeconfigCases.Refused[what], server.Port) };

        Assert.NotEqual(0, (await client.KubectlAsync(options)).ExitCode);
        var answer = await Client.PlanHereAsync(options[1]);

        Assert.Equal(2, answer.ExitCode);
        Assert.StartsWith("Error: ", answer.Error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }
}
