namespace AdmissionGuard.Tests.Checking;

public sealed class BadInputTests : IDisposable
{
    private const string Head = "apiVersion: admissionguard.io/v1alpha1\nkind: Case\nname: a\ndescription: A.\nuser: bob\n";

    private readonly CheckRun _check = new();

    public void Dispose() => _check.Dispose();

    [Theory]
    [InlineData("nothing to check")]
    [InlineData("can't be combined with --old and --new", "x.yaml", "--old", "y.yaml", "--as", "bob")]
    [InlineData("--old and --new require --as USER", "--old", "y.yaml")]
    [InlineData("--as requires --old and --new", "x.yaml", "--as", "bob")]
    [InlineData("--as-group requires --old and --new", "x.yaml", "--as-group", "dev")]
    [InlineData("--at: 'yesterday' must be a time", "x.yaml", "--at", "yesterday")]
    [InlineData("--at: '2026-11-27T22:00:00' must be a time with Z or its offset", "x.yaml", "--at", "2026-11-27T22:00:00")]
    [InlineData("--set: 'mode' is not PATH=VALUE", "x.yaml", "--set", "mode")]
    [InlineData("'xml' not recognized", "x.yaml", "-o", "xml")]
    [InlineData("'scale' not recognized", "--old", "x.yaml", "--as", "bob", "--subresource", "scale")]
    [InlineData("no-such.yaml: can't be read", "no-such.yaml")]
    [InlineData("no-such.yaml: can't be read", "--old", "no-such.yaml", "--as", "bob")]
    [InlineData("--set: mode: \"loud\" is not enforce, warn or audit", "x.yaml", "--set", "mode=loud")]
    public async Task A_wrong_command_line_is_exit_code_2_and_says_what_is_wrong(string words, params string[] arguments) =>
        Complains(await _check.RunAsync(arguments), words);

    [Theory]
    [InlineData("", "a.yaml: contains no document")]
    [InlineData("# nothing\n---\n", "a.yaml: contains no document")]
    [InlineData("just text", "a.yaml:1: document 1: must be an object")]
    [InlineData("a: [1\nb: 2", "a.yaml:1: is not YAML: invalid YAML here or shortly after")]
    [InlineData("a: 1\na: 2", "a.yaml:2: is not YAML: Duplicate key a")]
    [InlineData("a: &x 1\nb: *x", "a.yaml:1: is not YAML: anchors and aliases are not supported")]
    [InlineData("[1]: 2", "a.yaml:1: is not YAML: a key must be text")]
    [InlineData("{\"a\": 1, \"a\": 2}", "a.yaml:1: is not YAML: Duplicate key a")]
    [InlineData(
        "kind: Namespace\napiVersion: v1",
        "a.yaml:1: document 1: is neither an AdmissionReview (admission.k8s.io/v1) nor a Case (admissionguard.io/v1alpha1)")]
    [InlineData("apiVersion: admissionguard.io/v2\nkind: Case", "a.yaml:1: document 1: apiVersion: must be admissionguard.io/v1alpha1")]
    [InlineData("apiVersion: admission.k8s.io/v1\nkind: AdmissionReview", "a.yaml:1: document 1: request is missing")]
    [InlineData("apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\nrequest: text", "a.yaml:1: document 1: request must be an object")]
    [InlineData("apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\nrequest: [1]", "a.yaml:1: document 1: request must be an object")]
    [InlineData(
        "apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\nrequest: {uid: u, oldObject: text}",
        "document 1: request.oldObject must be an object")]
    [InlineData(
        "apiVersion: admission.k8s.io/v1beta1\nkind: AdmissionReview",
        "a.yaml:1: document 1: apiVersion and kind must be admission.k8s.io/v1")]
    [InlineData(
        "apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\nrequest: {uid: u, kind: {version: v1, kind: Pod}, operation: CREATE}",
        "AdmissionGuard reviews only v1 namespaces")]
    [InlineData(
        "apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\nrequest: {uid: u, subResource: [status]}",
        "document 1: request.subResource must be a string")]
    public async Task A_file_that_is_none_is_named_with_line_and_document(string text, string words) =>
        Complains(await CheckRun.DecideAsync(_check.Write("a.yaml", text)), words);

    [Theory]
    [InlineData("old: {metadata: {name: x}}", "document 1: expect: is required")]
    [InlineData("expect: {verdict: allow}", "document 1: old: is required, or new, or both")]
    [InlineData("old: x\nexpect: {verdict: allow}", "a.yaml:6: document 1: old: Namespace x not found in the files of the case")]
    [InlineData(
        "old: {metadata: {name: x}}\nexpect: {verdict: maybe}",
        "a.yaml:7: document 1: expect.verdict: must be one of allow, complete, deny")]
    [InlineData(
        "old: {metadata: {name: x}}\nexpect: {verdict: allow, cod: 200}", "expect.cod: unknown field; known fields are code, label")]
    [InlineData("old: {metadata: {name: x}}\nexpect: {verdict: allow, code: ok}", "expect.code: must be a whole number")]
    [InlineData("old: {metadata: {name: x}}\nexpekt: {}\nexpect: {verdict: allow}", "a.yaml:7: document 1: expekt: unknown field")]
    [InlineData(
        "old: {metadata: {name: x}}\nnew: {metadata: {name: y}}\nexpect: {verdict: allow}",
        "new.metadata.name: must be x, the stored name")]
    [InlineData(
        "old: {metadata: {name: x, labels: {team: on}}}\nexpect: {verdict: allow}",
        "old.metadata.labels.team: must be text; put it in quotes")]
    [InlineData("old: {metadata: {labels: {}}}\nexpect: {verdict: allow}", "old.metadata.name: is required")]
    [InlineData("old: {kind: Pod, apiVersion: v1, metadata: {name: x}}\nexpect: {verdict: allow}", "old.kind: must be Namespace of v1")]
    [InlineData("old: {metadata: {name: 5}}\nexpect: {verdict: allow}", "old.metadata.name: must be text; put it in quotes")]
    [InlineData("old: {metadata: [x]}\nexpect: {verdict: allow}", "old.metadata: must be a mapping")]
    [InlineData(
        "old: {metadata: {name: x, ownerReferences: [text]}}\nexpect: {verdict: allow}",
        "old.metadata.ownerReferences[0]: must be a mapping")]
    [InlineData(
        "old: {metadata: {name: x}}\npatch: {metadata: {ownerReferences: [{apiVersion: capsule.clastix.io/v1beta2, kind: Tenant, name: 7}]}}\nexpect: {verdict: allow}",
        "patch.metadata.ownerReferences[0].name: must be text; put it in quotes")]
    [InlineData(
        "new: {metadata: {name: x}}\npatch: {}\nexpect: {verdict: allow}",
        "patch: is a merge patch on old, and can't be combined with new")]
    [InlineData("new: {metadata: {name: x}}\nat: soon\nexpect: {verdict: allow}", "at: must be a time with Z or its offset, as in")]
    [InlineData("new: {metadata: {name: x}}\nat: 2026-13-01T00:00:00Z\nexpect: {verdict: allow}", "at: must be a time with Z")]
    [InlineData("new: {metadata: {name: x}}\nat: 2026-11-27T22:00:00\nexpect: {verdict: allow}", "at: must be a time with Z")]
    [InlineData("new: {metadata: {name: x}}\nat: 2026-11-27T22:00:00+0100\nexpect: {verdict: allow}", "at: must be a time with Z")]
    [InlineData("new: {metadata: {name: x}}\nsubResource: scale\nexpect: {verdict: allow}", "subResource: must be one of status, finalize")]
    [InlineData("new: {metadata: {name: x}}\ncluster: nowhere\nexpect: {verdict: allow}", "nowhere: can't be read")]
    [InlineData(
        "new: {metadata: {name: x}}\ncluster: [1]\nexpect: {verdict: allow}",
        "cluster[0]: must be an object, or the name of a file or folder")]
    [InlineData("new: {metadata: {name: x}}\ntenants: [{spec: {}}]\nexpect: {verdict: allow}", "tenants[0]: is not a Kubernetes object")]
    [InlineData(
        "new: {metadata: {name: x}}\ntenants: [{metadata: {name: gas}}, {metadata: {name: gas}}]\nexpect: {verdict: allow}",
        "tenants[1]: Tenant gas is given twice")]
    [InlineData(
        "new: {metadata: {name: x}}\ntenants: {metadata: {name: gas}, spec: {cordoned: \"yes\"}}\nexpect: {verdict: allow}",
        "a.yaml:7: document 1: tenants.spec.cordoned: has an unexpected type")]
    [InlineData(
        "new: {metadata: {name: x}}\ntenants: {apiVersion: capsule.clastix.io/v1beta1, metadata: {name: gas}}\nexpect: {verdict: allow}",
        "tenants.apiVersion: must be capsule.clastix.io/v1beta2")]
    [InlineData(
        "new: {metadata: {name: x}}\nconfig: {mode: loud}\nexpect: {verdict: allow}",
        "a.yaml:7: document 1: config.mode: \"loud\" is not enforce, warn or audit")]
    [InlineData(
        "new: {metadata: {name: x}}\nconfig: {verbs: {override: adopt}}\nexpect: {verdict: allow}",
        "config.verbs.override: must differ from verbs.adopt")]
    public async Task A_case_that_is_none_is_named_with_its_field(string text, string words) =>
        Complains(await CheckRun.DecideAsync(_check.Write("a.yaml", Head + text)), words);

    [Fact]
    public async Task Every_bad_file_and_field_is_named_and_nothing_is_decided()
    {
        _check.Write("a.yaml", $"{Head}new: {{metadata: {{name: x}}}}\nexpect: {{verdict: allow}}\n---\n{Head}old: x\nat: soon\n");
        _check.Write("b.json", "{\n\"a\": nil}");
        _check.Write("e.json", "{\"a\": 1, \"a\": 2}");
        _check.Write("below/c.yml", "text");
        await File.WriteAllBytesAsync(Path.Combine(_check.Folder, "d.yaml"), [(byte)'a', 0xFF], TestContext.Current.CancellationToken);

        var result = await _check.RunAsync(_check.Folder);

        Assert.Equal("", result.Output);
        Complains(result, "a.yaml:14: document 2: old: Namespace x not found");
        Complains(result, "a.yaml:15: document 2: at: must be a time");
        Complains(result, "document 2: expect: is required");
        Complains(result, "b.json:2: is not JSON: 'nil}' is an invalid");
        Complains(result, "e.json: is not JSON: Duplicate property 'a'");
        Complains(result, "c.yml:1: document 1: must be an object");
        Complains(result, "d.yaml: is not UTF-8 text");
    }

    [Theory]
    [InlineData(
        "metadata: {name: x, ownerReferences: [{apiVersion: capsule.clastix.io/v1beta2, kind: Tenant, name: oil, uid: 12}]}",
        "document 1: metadata.ownerReferences[0].uid: must be text; put it in quotes")]
    [InlineData(
        "metadata: {name: x, ownerReferences: [{apiVersion: [], kind: Tenant, name: oil}]}",
        "document 1: metadata.ownerReferences[0].apiVersion: must be text; put it in quotes")]
    [InlineData("metadata: {name: x, ownerReferences: {}}", "document 1: metadata.ownerReferences: must be a list")]
    [InlineData("metadata: {name: x, resourceVersion: 12}", "document 1: metadata.resourceVersion: must be text; put it in quotes")]
    [InlineData("metadata: {name: 12}", "document 1: metadata.name: must be text; put it in quotes")]
    [InlineData("metadata: text", "document 1: metadata: must be a mapping")]
    [InlineData("apiVersion: v1", "document 1: kind: must be Namespace of v1")]
    public async Task A_bad_namespace_is_named_by_the_file_that_it_stands_in(string text, string words)
    {
        var (good, bad) = (_check.Write("good.yaml", "metadata: {name: x}"), _check.Write("bad.yaml", $"# A namespace.\n{text}\n"));

        var old = await _check.RunAsync("--old", bad, "--new", good, "--as", "bob");
        var now = await _check.RunAsync("--old", good, "--new", bad, "--as", "bob");

        Complains(old, $"Error: {bad}:2: {words}");
        Complains(now, $"Error: {bad}:2: {words}");
        Assert.DoesNotContain(good, old.Error + now.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_cases_of_one_name_are_refused()
    {
        var one = $"{Head}new: {{metadata: {{name: x}}}}\nexpect: {{verdict: allow}}\n";

        Complains(
            await _check.RunAsync(_check.Write("a.yaml", $"{one}---\n{one}")),
            "a.yaml:11: document 2: name: the case name a is used twice");
    }

    [Fact]
    public async Task Files_without_tenants_or_grants_are_refused_where_those_are_meant()
    {
        var other = _check.Write("other.yaml", CheckRun.Billing("oil"));

        Complains(await _check.MoveAsync("mover", "--tenants", other), "other.yaml: contains no Tenant of capsule.clastix.io");
        Complains(await _check.MoveAsync("mover", "--grants", other), "other.yaml: contains no ClusterRole or ClusterRoleBinding");
        Complains(
            await _check.RunAsync(Directory.CreateDirectory(Path.Combine(_check.Folder, "empty")).FullName),
            "empty: contains no *.yaml, *.yml or *.json file");
        Complains(
            await _check.RunAsync("--old", _check.Write("two.yaml", "a: 1\n---\na: 2"), "--as", "bob"),
            "two.yaml: has 2 documents; it must have exactly one, a Namespace");
    }

    private static void Complains(CommandResult result, string words)
    {
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(words, result.Error, StringComparison.Ordinal);
        Assert.All(result.Error.TrimEnd('\n').Split('\n'), line => Assert.Matches("^(Error: |See '|\t)", line));
    }
}
