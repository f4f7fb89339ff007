using AdmissionGuard.TestCluster.Identity;

namespace AdmissionGuard.EndToEnd.Connections;

/// <summary>Which files count: those of <c>KUBECONFIG</c> together, as with kubectl.</summary>
public sealed class KubeconfigListTests : IAsyncLifetime
{
    private const string Whole = """
        current-context: it
        contexts: [{name: it, context: {cluster: here, user: me}}]
        clusters: [{name: here, cluster: {server: https://HOST, certificate-authority: ca.crt}}]
        users: [{name: me, user: {token: of-a}}]
        """;

    private readonly Client _client = new();
    private RecordingServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await RecordingServer.StartAsync(KubeconfigFolder.Server, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("a", "of-a")]
    [InlineData("missing:a", "of-a")]
    [InlineData("a:missing", "of-a")]
    [InlineData("missing/as/well:a:", "of-a")]
    [InlineData("::a:", "of-a")]
    [InlineData("a:a", "of-a")]
    [InlineData("a:b", "of-a")]
    [InlineData("b:a", "of-b")]
    [InlineData("contexts:sub/users:clusters", "of-file")]
    [InlineData("users-without-token:a", "")]
    [InlineData("empty-file:a", "of-a")]
    public async Task The_first_file_that_says_something_of_a_name_decides(string list, string token)
    {
        Write(list);

        (await _client.KubectlAsync()).Ok();
        Assert.Equal([token.Length > 0 ? $"Bearer {token}" : "Basic bWU6"], Authorizations());
        foreach (var command in Client.Commands)
        {
            _server.Requests.Clear();
            var answer = await _client.OursAsync(command);
            Assert.True(!_server.Requests.IsEmpty, answer.Error);
            Assert.Equal([token.Length > 0 ? $"Bearer {token}" : "Basic bWU6"], Authorizations());
        }

    }

    [Theory]
    [InlineData("missing:a", "of-a")]
    [InlineData("contexts:sub/users:clusters", "of-file")]
    public async Task They_count_for_serve_too(string list, string token)
    {
        Write(list);

        Assert.True((await _client.ServeAsync(isReadyAwaited: true)).IsReady);
        Assert.Equal([$"Bearer {token}"], Authorizations());
    }

    [Theory]
    [InlineData("a:broken")]
    [InlineData("a:sub")]
    [InlineData("missing:missing/as/well")]
    [InlineData("missing", "--context", "it")]
    [InlineData("clusters:sub/users")]
    [InlineData("contexts:clusters")]
    [InlineData("a", "--kubeconfig", "missing")]
    [InlineData("a", "--context", "other")]
    public async Task What_kubectl_refuses_is_refused(string list, params string[] options)
    {
        Write(list);

        Assert.NotEqual(0, (await _client.KubectlAsync(options)).ExitCode);
        foreach (var command in Client.Commands)
        {
            Assert.Equal(2, (await _client.OursAsync(command, options)).ExitCode);
        }

        Assert.Empty(_server.Requests);
    }

    [Theory]
    [InlineData("a", "--context", "second")]
    [InlineData("missing", "--kubeconfig", "b", "--context", "second")]
    [InlineData("a:b", "--context", "second")]
    public async Task A_context_may_be_asked_for(string list, params string[] options)
    {
        Write(list);
        string[] at = [.. options.Select(option => option == "b" ? _client.At("b") : option)];

        var kubectl = (await _client.KubectlAsync(at)).ExitCode;
        Assert.Equal(list == "a" ? 1 : 0, kubectl);
        _server.Requests.Clear();
        foreach (var command in Client.Commands)
        {
            await _client.OursAsync(command, at);
        }

        Assert.Equal(kubectl == 0 ? ["Bearer second"] : [], Authorizations());
    }

    [Fact]
    public async Task The_file_in_the_home_folder_counts_for_commands_where_KUBECONFIG_is_not_set()
    {
        Write("a");
        new KubeconfigFolder(_client.At("")).Write(
            ".kube/config", Whole.Replace("of-a", "of-home", StringComparison.Ordinal), _server.Port);
        _client.Environment["KUBECONFIG"] = "";

        (await _client.KubectlAsync()).Ok();
        foreach (var command in Client.Commands)
        {
            await _client.OursAsync(command);
        }

        Assert.Equal(["Bearer of-home"], Authorizations());
        Assert.Contains("no cluster to connect to", (await _client.ServeAsync(isReadyAwaited: false)).Log, StringComparison.Ordinal);

        _client.Environment["KUBECONFIG"] = _client.At("missing");
        Assert.NotEqual(0, (await _client.KubectlAsync()).ExitCode);
        Assert.Equal(2, (await _client.OursAsync("plan")).ExitCode);
    }

    private string[] Authorizations() =>
        [.. _server.Requests.Select(request => request.Identity.Authorization).Distinct(StringComparer.Ordinal)];

    private void Write(string list)
    {
        var folder = new KubeconfigFolder(_client.At(""));
        folder.Write("a", Whole, _server.Port);
        folder.Write("b", Whole.Replace("of-a", "of-b", StringComparison.Ordinal)
            .Replace("contexts: [", "contexts: [{name: second, context: {cluster: here, user: second}}, ", StringComparison.Ordinal)
            .Replace("users: [", "users: [{name: second, user: {token: second}}, ", StringComparison.Ordinal), _server.Port);
        folder.Write("contexts", "contexts: [{name: it, context: {cluster: here, user: me}}]", _server.Port);
        folder.Write(
            "clusters",
            "clusters: [{name: here, cluster: {server: https://HOST, certificate-authority: ca.crt}}]\ncurrent-context: it",
            _server.Port);
        folder.Write("sub/users", "users: [{name: me, user: {tokenFile: token}}]", _server.Port);
        folder.Write("users-without-token", "users: [{name: me, user: {username: me}}]", _server.Port);
        folder.Write("empty-file", "", _server.Port);
        folder.Write("broken", "clusters: [", _server.Port);
        // The files in the folder of the other kubeconfigs are not those that this one means.
        File.WriteAllText(_client.At("token"), "of-the-wrong-file");
        _client.Environment["KUBECONFIG"] = string.Join(':', list.Split(':').Select(name => name.Length > 0 ? _client.At(name) : ""));
    }
}
