using System.Text.Json.Nodes;

namespace AdmissionGuard.Tests.Checking;

public sealed class CheckCommandTests : IDisposable
{
    private readonly CheckRun _check = new();

    public void Dispose() => _check.Dispose();

    [Fact]
    public async Task A_permitted_move_is_exit_code_0_and_shows_the_patch_the_warning_and_what_would_be_stored()
    {
        var result = await _check.MoveAsync("mover");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(
            """
            Verdict:     complete
            Transition:  Migrate from oil to gas
            Warnings:    AdmissionGuard: billing may move from tenant oil to gas; ownerReference set to gas (uid 2952b351-…)
            Patch:       {"op":"replace","path":"/metadata/ownerReferences/0","value":{"apiVersion":"capsule.clastix.io/v1beta2","kind":"Tenant","name":"gas","uid":"2952b351-7a0e-4c3f-8b21-6d5e4f3a2b1c"}}

            --- namespace/billing (stored)
            +++ namespace/billing (would be stored)
            @@ -3,9 +3,9 @@
             metadata:
               name: billing
               labels:
            -    capsule.clastix.io/tenant: oil
            +    capsule.clastix.io/tenant: gas
               ownerReferences:
               - apiVersion: capsule.clastix.io/v1beta2
                 kind: Tenant
            -    name: oil
            -    uid: 0a11e5e1-8d5c-4a1b-9e6f-1c2d3e4f5a6b
            +    name: gas
            +    uid: 2952b351-7a0e-4c3f-8b21-6d5e4f3a2b1c

            """,
            result.Output);
    }

    [Fact]
    public async Task A_refusal_is_exit_code_1_with_every_reason_and_nothing_would_change()
    {
        var result = await _check.MoveAsync("alice", "--set", "rules.reasonGiven=enforce");

        Assert.Equal((1, ""), (result.ExitCode, result.Error));
        Assert.StartsWith("Verdict:     deny (403 Forbidden, by /mutate)\n", result.Output, StringComparison.Ordinal);
        Assert.Contains(
            "Reasons:     needs \"release\" on tenants.capsule.clastix.io \"oil\" and \"adopt\"", result.Output, StringComparison.Ordinal);
        Assert.Contains("\n             rule reasonGiven: no reason was given", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("\nNo changes.\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_configuration_the_field_manager_the_group_and_the_time_are_those_given()
    {
        var config = _check.Write("config.yaml", """
            rules: {reasonGiven: enforce}
            maintenanceWindows: ["0 22 * * FRI for 4h in Europe/Berlin"]
            """);

        var closed = await _check.MoveAsync(
            "pat", "--as-group", "platform", "--config", config, "--field-manager", "reason: CHG-1", "--at", "2026-11-24T10:00:00Z");
        var open = await _check.MoveAsync(
            "pat", "--as-group", "platform", "--config", config, "--field-manager", "reason: CHG-1", "--at", "2026-11-27T22:30:00+01:00");

        Assert.Equal((1, 0), (closed.ExitCode, open.ExitCode));
        Assert.Contains("the next one opens 2026-11-27 22:00 (Europe/Berlin, UTC+01:00)", closed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("reasonGiven", closed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_new_it_is_a_deletion_and_without_old_a_creation()
    {
        _check.Input = CheckRun.Billing("oil");

        var deletion = await _check.RunAsync("--old", "-", "--as", "anybody");
        var creation = await _check.RunAsync(
            "--new",
            _check.Write("new.yaml", "{metadata: {name: gas-dev, labels: {capsule.clastix.io/tenant: gas}}}"),
            "--as",
            "joiner",
            "--tenants",
            CheckRun.Cluster,
            "--grants",
            CheckRun.Cluster);

        Assert.Equal((0, 0), (deletion.ExitCode, creation.ExitCode));
        Assert.Contains("-kind: Namespace", deletion.Output, StringComparison.Ordinal);
        Assert.Contains("Transition:  Adopt in gas", creation.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_tenants_or_grants_may_hold_other_things()
    {
        var folder = Path.Combine(_check.Folder, "git");
        foreach (var file in Directory.EnumerateFiles(CheckRun.Cluster))
        {
            _check.Write(
                Path.Combine("git", Path.GetFileName(file)), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        }

        _check.Write("git/kustomization.yaml", "resources: [tenants.yaml]");
        _check.Write("git/values.yaml", "image: {tag: 1.2.3}\n---\napiVersion: v1\nkind: ConfigMap\n");
        _check.Write("git/empty.yaml", "# Nothing here yet.\n");
        _check.Write("git/list.json", "[1, 2]");
        _check.Write(
            "git/more.yaml",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: b}}\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: c}}");

        var (old, now) = (_check.Write("old.yaml", CheckRun.Billing("oil")), _check.Write("new.yaml", CheckRun.Billing("gas")));
        var result = await _check.RunAsync("--old", old, "--new", now, "--as", "mover", "--tenants", folder, "--grants", folder);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task A_tenant_without_a_UID_has_the_one_that_the_stored_namespace_refers_to()
    {
        var (old, now) = (_check.Write(
            "old.yaml", CheckRun.Billing("oil")), _check.Write("new.yaml", CheckRun.Billing("oil") + "\n  annotations: {team: alpha}"));
        var review = _check.Write(
            "review.json", ReviewJson.Update(ReviewJson.Namespace("oil", "oil=u1"), ReviewJson.Namespace("oil")).ToJsonString());
        var tenants = _check.Write("tenants.yaml", "{apiVersion: capsule.clastix.io/v1beta2, kind: Tenant, metadata: {name: oil}}");

        var request = await _check.RunAsync("--old", old, "--new", now, "--as", "anybody", "--tenants", tenants);
        var recorded = await _check.RunAsync(review, "--tenants", tenants);

        Assert.Equal((0, ""), (request.ExitCode, request.Error));
        Assert.Contains("Verdict:     allow\nTransition:  Unchanged\n", request.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Synthetic", request.Output + recorded.Output, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"oil\",\"uid\":\"u1\"", recorded.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_generated_name_is_told_and_is_a_name_like_any_other()
    {
        var result = await _check.RunAsync(
            "--new", _check.Write("new.yaml", $"{{metadata: {{generateName: {new string('a', 70)}}}}}"), "--as", "bob");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains($"+++ namespace/{new string('a', 58)}xxxxx (would be stored)\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_UID_that_nobody_knows_is_told_to_be_made_up()
    {
        var arguments = new[]
        {
            "--new",
            _check.Write("new.yaml", "{metadata: {name: coal-dev, labels: {capsule.clastix.io/tenant: coal}}}"),
            "--as",
            "mover",
            "--tenants",
            CheckRun.Cluster,
            "--grants",
            CheckRun.Cluster,
        };

        var table = await _check.RunAsync(arguments);
        var json = JsonNode.Parse((await _check.RunAsync([.. arguments, "-o", "json"])).Output)!;

        var uid = (string)json["object"]!["metadata"]!["ownerReferences"]![0]!["uid"]!;
        Assert.Contains($"\nSynthetic:   UID {uid}: tenant coal has no UID in the files\n", table.Output, StringComparison.Ordinal);
        Assert.Equal(uid, (string?)Assert.Single(json["madeUpUids"]!.AsArray()));
    }

    [Fact]
    public async Task A_sub_resource_is_asked_of_the_validator_alone()
    {
        var result = await _check.MoveAsync("mover", "--subresource", "status");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("deny (403 Forbidden, by /validate)", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_AdmissionReview_is_decided_as_it_stands_and_several_are_a_table()
    {
        var unrelated = _check.Write(
            "a.json", ReviewJson.Update(ReviewJson.Namespace("oil", "oil=u1"), ReviewJson.Namespace("oil", "oil=u1")).ToJsonString());
        _check.Write("b.json", ReviewJson.Create(ReviewJson.Namespace("gas")).ToJsonString());

        var one = await _check.RunAsync(unrelated, "-o", "yaml");
        var both = await _check.RunAsync(_check.Folder, "--tenants", CheckRun.Cluster);

        Assert.Equal((0, 1), (one.ExitCode, both.ExitCode));
        Assert.Contains("\nverdict: allow\n", one.Output, StringComparison.Ordinal);
        Assert.Matches("b.json +deny +- +refused\n", both.Output);
        Assert.EndsWith("\n1 passed, 1 failed\n", both.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_the_documented_shape()
    {
        var allowed = JsonNode.Parse((await _check.MoveAsync("mover", "-o", "json")).Output)!;
        var denied = JsonNode.Parse((await _check.MoveAsync("alice", "-o", "json")).Output)!;

        string[] fields = [
            "apiVersion",
            "kind",
            "name",
            "verdict",
            "code",
            "transition",
            "from",
            "to",
            "message",
            "reasons",
            "warnings",
            "tolerated",
            "patch",
            "object",
            "madeUpUids",
        ];
        Assert.Equal(fields, allowed.AsObject().Select(field => field.Key));
        Assert.Equal(fields, denied.AsObject().Select(field => field.Key));
        Assert.Equal(("admissionguard.io/v1alpha1", "CheckResult"), ((string?)allowed["apiVersion"], (string?)allowed["kind"]));
        Assert.Equal(
            ("complete", 200, "Migrate", "gas"),
            ((string?)allowed["verdict"], (int)allowed["code"]!, (string?)allowed["transition"], (string?)allowed["to"]));
        Assert.Equal("/metadata/ownerReferences/0", (string?)allowed["patch"]![0]!["path"]);
        Assert.Equal("gas", (string?)allowed["object"]!["metadata"]!["labels"]![ReviewJson.LabelKey]);
        Assert.Equal(("deny", 403), ((string?)denied["verdict"], (int)denied["code"]!));
        Assert.Single(denied["reasons"]!.AsArray());
        Assert.Equal("oil", (string?)denied["object"]!["metadata"]!["labels"]![ReviewJson.LabelKey]);
    }

    [Fact]
    public async Task Help_has_the_options_examples_and_exit_codes()
    {
        var help = (await _check.RunAsync("--help")).Ok();

        Assert.All(
            [
                "--old <FILE>",
                "--new <FILE>",
                "--as <USER>",
                "--tenants <FILE|FOLDER>",
                "--grants <FILE|FOLDER>",
                "--at <TIME>",
                "-o, --output <table|json|yaml>",
                "Examples:",
                "Exit codes: 0 allowed",
                "1 denied",
                "2 invalid input",
            ],
            words => Assert.Contains(words, help, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("mode: audit", 0, "the configuration is valid\n", "")]
    [InlineData("# Every setting has its default.", 0, "the configuration is valid\n", "")]
    [InlineData("mode: maybe", 2, "", "config.yaml:1: mode: \"maybe\" is not enforce, warn or audit")]
    public async Task A_configuration_alone_is_validated(string yaml, int exitCode, string output, string error)
    {
        var answer = await _check.RunAsync("--config", _check.Write("config.yaml", yaml));

        Assert.Equal((exitCode, output), (answer.ExitCode, answer.Output));
        Assert.Contains(error, answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_an_end_is_bad_input_and_named()
    {
        var answer = await _check.RunAsync(_check.Write("case.yaml", """
            apiVersion: admissionguard.io/v1alpha1
            kind: Case
            name: endless
            cluster: [/dev/zero]
            user: mover
            new: {metadata: {name: billing}}
            expect: {verdict: allow}
            """));

        Assert.Equal(2, answer.ExitCode);
        Assert.Contains("/dev/zero: can't be read: it is longer than 128 Mi characters", answer.Error, StringComparison.Ordinal);
    }
}
