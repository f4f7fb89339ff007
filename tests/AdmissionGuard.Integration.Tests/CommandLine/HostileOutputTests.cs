using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Manifests;

namespace AdmissionGuard.Integration.Tests.CommandLine;

/// <summary>
/// Whatever others wrote into a cluster or a file, no command writes it raw to a terminal or breaks on it, in any format.
/// </summary>
public sealed class HostileOutputTests : IAsyncLifetime
{
    private static readonly string[] Formats = ["table", "json", "yaml"];

    // What stands where something else is expected.
    private static readonly JsonNode?[] Others = [7, new JsonArray(1), new JsonObject { ["a"] = 1 }, null, "1e400", true];

    private readonly CheckRun _check = new();
    private StubInstallation _installation = null!;

    public async ValueTask InitializeAsync()
    {
        _installation = await StubInstallation.StartAsync();
        _installation.InstallCapsule("v0.14.0", "{}");
        foreach (var (path, answer) in FullAnswers.All)
        {
            _installation.Cluster.Answers[path] = answer;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _check.Dispose();
        await _installation.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Plan_writes_every_text_of_the_cluster_so_that_it_only_shows(bool isGranted)
    {
        if (isGranted)
        {
            _installation.Cluster.Answers.TryRemove("/apis/authorization.k8s.io/v1/subjectaccessreviews", out _);
        }

        await OfEveryAnswerAsync(isAtOnce: false, isGranted ? Others : [], "plan", "billing", "--to", "gas", "--as", "mover");
    }

    [Fact]
    public async Task Doctor_writes_every_text_of_the_cluster_so_that_it_only_shows() =>
        await OfEveryAnswerAsync(isAtOnce: true, Others, "doctor");

    [Fact]
    public async Task Unregister_writes_every_answer_of_the_cluster_so_that_it_only_shows()
    {
        var (cluster, faults) = (_installation.Cluster, new List<string>());
        var status = JsonNode.Parse("""
            {"apiVersion":"v1","kind":"Status","status":"Failure","message":"m","reason":"r","code":403,
             "details":{"name":"00-admissionguard","kind":"validatingwebhookconfigurations","causes":[{"reason":"r","message":"m","field":"f"}]}}
            """)!;
        string[] paths = [$"{StubInstallation.Mutating}/00-admissionguard", $"{StubInstallation.Validating}/00-admissionguard"];
        string[] arguments = ["unregister", "--kubeconfig", await cluster.KubeconfigAsync()];
        foreach (var (index, (path, text)) in Changes(status, Others).Index())
        {
            foreach (var each in paths)
            {
                cluster.Answers[each] = text;
                cluster.Codes[each] = new[] { 200, 403, 404, 409, 422 }[index % 5];
            }

            var result = await InProcessCommand.RunAsync(arguments);
            faults.AddRange(HostileText.Faults(result).Select(fault => $"{path}: {fault}"));
        }

        Assert.Empty(faults);
        Assert.All(paths, path => Assert.Contains($"DELETE {path}", cluster.Asked));
    }

    [Theory]
    [InlineData("plan", "billing", "--to", "gas", "--as", "mover")]
    [InlineData("doctor")]
    public async Task Answers_that_are_no_Unicode_are_unreadable_and_end_nothing(params string[] command)
    {
        var (cluster, faults) = (_installation.Cluster, new List<string>());
        string[] arguments = [.. command, "--kubeconfig", await cluster.KubeconfigAsync()];
        await InProcessCommand.RunAsync(arguments);
        var asked = cluster.Asked.Select(each => each.Split(' ')[1]).ToHashSet(StringComparer.Ordinal);
        var answers = cluster.Answers.Where(each => asked.Contains(each.Key)).ToList();
        Assert.True(answers.Count >= 10, $"{answers.Count} answers");
        foreach (var (path, answer) in answers)
        {
            var parsed = JsonNode.Parse(answer)!;
            var marked = JsonEdits.Each(parsed, "HALF").Concat(JsonEdits.Names(parsed, "HALF")).Select(each => each.Text).ToList();
            // The first, the last and some between: each is a run of the whole command.
            foreach (var text in marked.Where((_, index) => index % Math.Max(1, marked.Count / 6) == 0).Append(marked[^1]))
            {
                cluster.Texts[path] = text.Replace("HALF", "\\ud800", StringComparison.Ordinal);
                var result = await InProcessCommand.RunAsync(arguments);
                faults.AddRange(HostileText.Faults(result).Select(fault => $"{path}: {fault}"));
            }

            cluster.Texts.TryRemove(path, out _);
        }

        Assert.Empty(faults);
    }

    [Fact]
    public async Task Check_writes_every_text_of_its_files_so_that_it_only_shows()
    {
        var case1 = JsonNode.Parse("""
            {"apiVersion":"admissionguard.io/v1alpha1","kind":"Case","name":"a","description":"d","user":{"name":"u","groups":["g"]},"fieldManager":"reason: r","subResource":"status",
             "at":"2026-11-27T22:00:00Z","config":{"mode":"warn","maintenanceWindows":["0 22 * * FRI for 4h in UTC"]},
             "tenants":[{"metadata":{"name":"gas","uid":"1","annotations":{"admissionguard.io/maintenance-windows":"x"}},"spec":{"owners":[{"kind":"User","name":"u"}],
               "namespaceOptions":{"requiredMetadata":{"labels":{"l":"^x"}},"forbiddenLabels":{"denied":["team"],"deniedRegex":"^y"}}}}],
             "grants":[{"kind":"ClusterRoleBinding","metadata":{"name":"b"},"roleRef":{"kind":"ClusterRole","name":"r"},"subjects":[{"kind":"User","name":"u"}]}],
             "capsuleConfiguration":{"spec":{"administrators":[{"kind":"User","name":"u"}]}},
             "old":{"metadata":{"name":"n","labels":{"capsule.clastix.io/tenant":"oil","team":"t"},"annotations":{"note":"v"},"finalizers":["f"],
               "ownerReferences":[{"apiVersion":"capsule.clastix.io/v1beta2","kind":"Tenant","name":"oil","uid":"2"}]}},
             "patch":{"metadata":{"labels":{"capsule.clastix.io/tenant":"gas"},"annotations":{"admissionguard.io/override":"because"}}},
             "expect":{"verdict":"allow","message":["m"],"warnings":["w"],"label":"gas","references":["gas"]}}
            """)!;
        var review = JsonNode.Parse("""
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","kind":{"group":"","version":"v1","kind":"Namespace"},
             "resource":{"group":"","version":"v1","resource":"namespaces"},"name":"n","operation":"CREATE","userInfo":{"username":"who","groups":["g"]},
             "object":{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"n","labels":{"capsule.clastix.io/tenant":"gas"},"annotations":{"a":"b"}}},"oldObject":null,
             "options":{"fieldManager":"m"}}}
            """)!;
        var faults = new List<string>();
        foreach (var document in new[] { case1, review })
        {
            foreach (var (index, (path, text)) in JsonEdits.Each(document, HostileText.Text)
                .Concat(JsonEdits.Names(document, HostileText.Text))
                .Concat(JsonEdits.Each(document, Others))
                .Index())
            {
                var result = await _check.RunAsync(_check.Write("x.json", text), "-o", Formats[index % Formats.Length]);
                faults.AddRange(HostileText.Faults(result).Select(fault => $"{path}: {fault}"));
            }
        }

        Assert.Empty(faults);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("yaml")]
    public async Task What_is_escaped_for_a_program_is_read_back_as_it_was(string format)
    {
        var space = $$$"""{"metadata":{"name":"n","annotations":{"note":{{{HostileText.Quoted}}},{{{HostileText.Quoted}}}:"two\nlines"} } }""";

        var result = await _check.RunAsync("--new", _check.Write("new.json", space), "--as", HostileText.Text, "-o", format);
        var read = Assert.Single(
            new DocumentReader(() => new StringReader(result.Output), new InputErrors()).Read(DocumentReader.StandardInput)).Root;

        Assert.Empty(HostileText.Faults(result));
        Assert.Equal(HostileText.Text, (string?)read["object"]!["metadata"]!["annotations"]!["note"]);
        Assert.Equal("two\nlines", (string?)read["object"]!["metadata"]!["annotations"]![HostileText.Text]);
    }

    [Fact]
    public async Task A_file_may_have_any_name()
    {
        var name = HostileText.Text.Replace("/", "", StringComparison.Ordinal);
        var case1 = (await File.ReadAllTextAsync(
            Repository.File("tests", "cases", "04-release", "release.yaml"), TestContext.Current.CancellationToken)).Split("\n---\n")[0]
            .Replace("cluster: ../cluster", $"cluster: {CheckRun.Cluster}", StringComparison.Ordinal).Replace(
                "verdict: complete", "verdict: deny", StringComparison.Ordinal);
        var wrong = _check.Write($"{name}/wrong.yaml", "a: &b c");
        var right = _check.Write($"{name}/right.yaml", case1);

        CommandResult[] results =
        [
            await _check.RunAsync(wrong),
            await _check.RunAsync(right),
            await _check.RunAsync($"{_check.Folder}/{name}-absent"),
            await InProcessCommand.RunAsync(["serve", "--config", wrong]),
            await InProcessCommand.RunAsync(["plan", "billing", "--to", "gas", "--config", wrong]),
            await InProcessCommand.RunAsync(["doctor", "--kubeconfig", wrong]),
            await InProcessCommand.RunAsync(["register", "--kubeconfig", wrong]),
            await InProcessCommand.RunAsync(["unregister", "--kubeconfig", wrong]),
        ];

        Assert.All(results, result => Assert.Empty(HostileText.Faults(result)));
        Assert.All(results, result => Assert.Contains(@"x\nGrant:", result.Output + result.Error, StringComparison.Ordinal));
    }

    /// <summary>
    /// Runs a command with each value of each answer replaced: every text by a hostile one, and everything by something else.
    /// </summary>
    /// <param name="isAtOnce">Whether one value of every answer is replaced at a time: where they are checked one by one.</param>
    /// <param name="others">What everything is replaced by, one after the other.</param>
    /// <param name="command">The command.</param>
    private async Task OfEveryAnswerAsync(bool isAtOnce, IReadOnlyList<JsonNode?> others, params string[] command)
    {
        var (cluster, faults) = (_installation.Cluster, new List<string>());
        string[] arguments = [.. command, "--kubeconfig", await cluster.KubeconfigAsync()];
        await InProcessCommand.RunAsync(arguments);
        var asked = cluster.Asked.Select(each => each.Split(' ')[1]).ToHashSet(StringComparer.Ordinal);
        var answers = cluster.Answers.Where(each => asked.Contains(each.Key)).ToList();
        var changes = answers.Select(
            answer => Changes(JsonNode.Parse(answer.Value)!, others).Select(change => (Path: answer.Key, change)).ToList()).ToList();
        Assert.True(changes.Count >= 10, $"{changes.Count} answers");

        foreach (var (index, round) in (isAtOnce
            ? Together(changes)
            : changes.SelectMany(each => each).Select(each => new[] { each })).Index())
        {
            foreach (var (path, answer) in answers)
            {
                cluster.Answers[path] = round.FirstOrDefault(each => each.Path == path).change.Text ?? answer;
            }

            var result = await InProcessCommand.RunAsync([.. arguments, "-o", Formats[index % Formats.Length]]);
            faults.AddRange(
                HostileText.Faults(result).Select(fault => $"{string.Join(' ', round.Select(each => each.Path + each.change.Path))}: {fault}"));
        }

        Assert.Empty(faults);
    }

    private static IEnumerable<(string Path, string Text)> Changes(JsonNode answer, IReadOnlyList<JsonNode?> others) =>
        JsonEdits.Each(answer, HostileText.Text).Concat(others is [] ? [] : JsonEdits.Each(answer, others));

    private static IEnumerable<T[]> Together<T>(List<List<T>> lists) =>
        Enumerable.Range(0, lists.Max(list => list.Count))
            .Select(index => lists.Where(list => index < list.Count).Select(list => list[index]).ToArray());
}
