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
        var options = new[]
        {
            "--kubeconfig",
            new KubeconfigFolder(client.At("")).Write("kubeconfig", KubeconfigCases.Accepted[what], server.Port),
        };

        (await client.KubectlAsync(options)).Ok();
        var (path, kubectl, told) = (Assert.Single(server.Requests).Path, server.Requests.Single().Identity, client.TakeExecInfo());
        server.Requests.Clear();
        var isUnverified = what.StartsWith("insecure-skip-tls-verify", StringComparison.Ordinal)
            && !what.EndsWith("false", StringComparison.Ordinal);
        var answer = await Client.PlanHereAsync(options[1]);

        Assert.Equal(isUnverified, WarnsOfServer(answer.Error));
        Assert.Contains(server.Requests, request => request.Path == path);
        AsksAsKubectl(answer.Error);

        answer = await Client.DoctorHereAsync(options[1]);

        Assert.Equal(isUnverified, WarnsOfServer(answer.Error));
        AsksAsKubectl(answer.Error);

        var refusal = await Client.ListAsServeDoesAsync(options[1]);

        Assert.Equal(isUnverified, refusal?.Contains("insecure-skip-tls-verify is refused", StringComparison.Ordinal) ?? false);
        if (!isUnverified)
        {
            AsksAsKubectl(refusal ?? "");
        }

        void AsksAsKubectl(string error)
        {
            Assert.False(server.Requests.IsEmpty, error);
            Assert.All(server.Requests, request => Assert.Equal(kubectl.ToString(), request.Identity.ToString()));
            var ours = client.TakeExecInfo();
            Assert.True(JsonNode.DeepEquals(told, ours), $"{told}\n{ours}");
            server.Requests.Clear();
        }
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_kubectl_refuses_is_refused(string what)
    {
        using var client = new Client();
        await using var server = await RecordingServer.StartAsync(KubeconfigFolder.Server, TestContext.Current.CancellationToken);
        var options = new[]
        {
            "--kubeconfig",
            new KubeconfigFolder(client.At("")).Write("kubeconfig", KubeconfigCases.Refused[what], server.Port),
        };

        Assert.NotEqual(0, (await client.KubectlAsync(options)).ExitCode);
        foreach (var answer in new[] { await Client.PlanHereAsync(options[1]), await Client.DoctorHereAsync(options[1]) })
        {
            Assert.Equal(2, answer.ExitCode);
            Assert.StartsWith("Error: ", answer.Error, StringComparison.Ordinal);
        }

        Assert.NotNull(await Client.ListAsServeDoesAsync(options[1]));
        Assert.Empty(server.Requests);
    }

    /// <summary>Whether it is told that the server's identity is not verified; a plan may also say what it assumes of the guard.</summary>
    private static bool WarnsOfServer(string error) =>
        error.StartsWith("Warning: ", StringComparison.Ordinal)
        && error.Split('\n')[0].Contains("insecure-skip-tls-verify", StringComparison.Ordinal);
}
