using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Server.Configuration;
using CsCheck;

namespace AdmissionGuard.Tests.Configuration;

public sealed class ConfigurationReaderTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_anything_given_everything_has_its_default()
    {
        var reading = new ConfigurationReader(file: null, []).Read();

        Assert.Empty(reading.Errors);
        Assert.Empty(Settings.Changes(new(), reading.Options));
    }

    [Fact]
    public void Every_setting_can_be_given_in_the_file()
    {
        var rules = PolicyRules.All.Select(rule => (rule.Name, Mode: rule.DefaultMode is RuleMode.Off ? "enforce" : "warn")).ToList();
        var reading = _folder.Read($$"""
            mode: audit
            warnings: problems
            tenant:
              {labelKey: example.com/team, group: platform.example.com, version: v1, kind: Team, plural: teams,
              controllers: ["system:serviceaccount:platform:teams", operator]}
            capsuleConfiguration: acme
            verbs: {release: let-go, adopt: take-in, override: overrule}
            exemptUsers: [zoe, "system:serviceaccount:a:b"]
            ownersMayMigrate: true
            protectedNamespaces: [kube-*, billing]
            maintenanceWindows:
            - 0 22 * * FRI for 4h in Europe/Berlin
            - "0 6 * * * for 30m in UTC"
            rules: { {{string.Join(", ", rules.Select(rule => $"{rule.Name}: {rule.Mode}"))}} }
            """);

        Assert.Empty(reading.Errors);
        Assert.Equal(
            [
                "mode=audit", "warnings=problems", "tenant.labelKey=example.com/team", "tenant.group=platform.example.com", "tenant.version=v1",
                "tenant.kind=Team", "tenant.plural=teams",
                "tenant.controllers=system:serviceaccount:platform:teams;operator", "capsuleConfiguration=acme",
                "verbs.release=let-go",
                "verbs.adopt=take-in",
                "verbs.override=overrule",
                "exemptUsers=system:serviceaccount:a:b;zoe",
                "ownersMayMigrate=true",
                "protectedNamespaces=kube-*;billing", "maintenanceWindows=0 22 * * FRI for 4h in Europe/Berlin;0 6 * * * for 30m in UTC",
                .. rules.Select(rule => $"rules.{rule.Name}={rule.Mode}"),
            ],
            Settings.Changes(new(), reading.Options));
        Assert.Equal(Settings.All.Length, Settings.Changes(new(), reading.Options).Count);
    }

    [Fact]
    public void Every_rule_has_a_setting() =>
        Assert.All(PolicyRules.All, rule => Assert.Single(Settings.All, setting => setting.Path == $"rules.{rule.Name}"));

    [Fact]
    public void The_file_is_under_the_environment_and_that_is_under_the_flags()
    {
        var options = _folder.Read(
            "{mode: audit, verbs: {adopt: in-file, release: in-file}, ownersMayMigrate: true, rules: {reasonGiven: warn}}",
            ["VERBS__ADOPT=in-environment", "verbs__release=in-environment", "RULES__REASONGIVEN=enforce"],
            ["verbs.adopt=flag", "verbs.adopt=last-flag"]).Options;

        Assert.Equal(EnforcementMode.Audit, options.Mode);
        Assert.True(options.OwnersMayMigrate);
        Assert.Equal(("last-flag", "in-environment", "override"), (options.Verbs.Adopt, options.Verbs.Release, options.Verbs.Override));
        Assert.Equal(RuleMode.Enforce, options.Policy.Modes["reasonGiven"]);
    }

    [Fact]
    public void A_list_replaces_the_whole_list_below_it()
    {
        var reading = _folder.Read(
            "{exemptUsers: [a, b, c], protectedNamespaces: [], maintenanceWindows: [0 1 * * * for 1h in UTC]}",
            ["EXEMPTUSERS__0=d", "EXEMPTUSERS__1=e; f"],
            ["maintenanceWindows=0 2 * * MON,TUE for 1h in UTC; 0 3 * * * for 1h in UTC"]);

        Assert.Empty(reading.Errors);
        Assert.Equal(["d", "e; f"], reading.Options.ExemptUsers.Order());
        Assert.Empty(reading.Options.Policy.ProtectedNamespaces);
        Assert.Equal(
            ["0 2 * * MON,TUE for 1h in UTC", "0 3 * * * for 1h in UTC"],
            reading.Options.Policy.MaintenanceWindows.Select(window => window.ToString()));
        Assert.Empty(_folder.Read("exemptUsers: [a]", set: ["exemptUsers="]).Options.ExemptUsers);
    }

    [Fact]
    public void Every_error_is_told_with_its_path_and_where_it_stands()
    {
        var reading = _folder.Read(
            """
            mode: maybe
            rules:
              reasonGiven: on
              noSuchRule: off
            maintenanceWindows:
            - 0 22 * * FRI for 4h in Europe/Berlin
            - 0 22 * * FRI for 4h in Europe/Nowhere
            """,
            ["VERBS__ADOPT=*"],
            ["tenant.kind=team", "Mode=warn"]);

        Assert.Equal(
            [
                $"{_folder.File}:1: mode: \"maybe\" is not enforce, warn or audit",
                $"{_folder.File}:3: rules.reasonGiven: \"on\" is not enforce, warn or off",
                $"{_folder.File}:4: rules.noSuchRule: unknown setting",
                $"{_folder.File}:7: maintenanceWindows[1]: \"Europe/Nowhere\" is not a known IANA time zone (is tzdata installed?)",
                "ADMISSIONGUARD__VERBS__ADOPT: verbs.adopt: \"*\" is not a verb, as in adopt",
                "--set: Mode: unknown setting; did you mean mode?",
                "--set: tenant.kind: \"team\" is not a kind, as in Tenant",
            ],
            reading.Errors.Select(error => error.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("# Every setting has its default.\n")]
    [InlineData("---\n")]
    [InlineData("---\n# Every setting has its default.\n...\n")]
    [InlineData("null")]
    [InlineData("{}")]
    public void A_file_without_settings_means_every_default(string yaml)
    {
        var reading = _folder.Read(yaml);

        Assert.Empty(reading.Errors);
        Assert.Empty(Settings.Changes(new GuardOptions(), reading.Options));
    }

    [Theory]
    [InlineData("mode: audit\nmode: warn", 2, "Duplicate key mode")]
    [InlineData("mode: audit\nMODE: warn", 2, "MODE: is given twice")]
    [InlineData("rules: {tenantPrefix: off}\nRules: {reasonGiven: warn}", 2, "Rules: is given twice")]
    [InlineData("rules: {tenantPrefix: off,\n tenantPrefix: warn}", 2, "Duplicate key tenantPrefix")]
    [InlineData("mode: audit\n---\nmode: warn", 3, "a second document begins here")]
    [InlineData("- mode", 1, "must be a mapping of settings")]
    [InlineData("just words", 1, "must be a mapping of settings")]
    [InlineData("mode: [audit", 2, "did not find expected")]
    [InlineData("mode: audit\n\tmode: x", 1, "While scanning a plain scalar")]
    [InlineData("mode: audit\n? :", 3, "invalid YAML here or shortly after")]
    [InlineData("mode: audit\nverbs: !!]", 2, "invalid YAML here or shortly after")]
    [InlineData("a: &a [*a]", 1, "anchors and aliases are not supported")]
    [InlineData("mode: &m audit", 1, "anchors and aliases are not supported")]
    [InlineData("mode: audit\nverbs: *nowhere", 2, "anchors and aliases are not supported")]
    [InlineData(
        "mode: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: b}}}}}}}}}}}}}}}}}",
        1,
        "is nested deeper than 16 levels")]
    [InlineData("\"rules:reasonGiven\": off", 1, "\"rules:reasonGiven\" is not the name of a setting")]
    [InlineData("rules.reasonGiven: off", 1, "\"rules.reasonGiven\" is not the name of a setting")]
    [InlineData("? [mode]\n: audit", 1, "\"\" is not the name of a setting")]
    [InlineData("{}\n...\n\nmode: audit", 4, "a second document begins here")]
    public void A_file_that_is_no_plain_mapping_is_named_with_the_line(string yaml, int line, string words)
    {
        var error = Assert.Single(_folder.Read(yaml).Errors);

        Assert.Equal($"{_folder.File}:{line}", error.Where);
        Assert.Contains(words, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mode:", "mode: has no value: remove it to use the default")]
    [InlineData("mode: ~", "mode: has no value")]
    [InlineData("mode: {}", "mode: has no value")]
    [InlineData("mode: ''", "mode: \"\" is not enforce, warn or audit")]
    [InlineData("mode: [audit]", "mode: must be enforce, warn or audit")]
    [InlineData("mode: {a: b}", "mode: must be enforce, warn or audit")]
    [InlineData("rules: off", "rules: must be a mapping of settings")]
    [InlineData("rules: [off]", "rules.0: unknown setting")]
    [InlineData("exemptUsers:", "exemptUsers: has no value: write [] for an empty list")]
    [InlineData("exemptUsers: alice", "exemptUsers: must be a list, each item a user's exact name, without *")]
    [InlineData("exemptUsers: {a: b}", "exemptUsers: must be a list")]
    [InlineData("exemptUsers: [[a]]", "exemptUsers: must be a list")]
    [InlineData("exemptUsers: [~]", "exemptUsers[0]: has no value")]
    [InlineData("exemptUsers: [a, 'b*']", "exemptUsers[1]: \"b*\" is not a user's exact name, without *")]
    [InlineData(
        "tenant: {controllers: ['system:serviceaccount:capsule-system']}",
        "tenant.controllers[0]: \"system:serviceaccount:capsule-system\" is not a service account as system:serviceaccount:NAMESPACE:NAME")]
    [InlineData(
        "tenant: {controllers: [operator, 'system:serviceaccount::capsule']}",
        "tenant.controllers[1]: \"system:serviceaccount::capsule\" is not a service account")]
    [InlineData(
        "tenant: {controllers: ['system:serviceaccount:Capsule:capsule']}",
        "tenant.controllers[0]: \"system:serviceaccount:Capsule:capsule\" is not a service account")]
    [InlineData(
        "tenant: {controllers: ['system:serviceaccount:a:b:c']}",
        "tenant.controllers[0]: \"system:serviceaccount:a:b:c\" is not a service account")]
    [InlineData(
        "tenant: {controllers: ['system:serviceacount:capsule-system:capsule']}",
        "tenant.controllers[0]: \"system:serviceacount:capsule-system:capsule\" is not a service account")]
    [InlineData(
        "tenant: {controllers: ['capsule-system:capsule']}", "tenant.controllers[0]: \"capsule-system:capsule\" is not a service account")]
    [InlineData(
        "tenant: {controllers: [capsule-system/capsule]}", "tenant.controllers[0]: \"capsule-system/capsule\" is not a service account")]
    [InlineData(
        "tenant: {controllers: ['system:serviceaccount:capsule-system:*']}",
        "tenant.controllers[0]: \"system:serviceaccount:capsule-system:*\" is not a service account")]
    [InlineData(
        "maintenanceWindows: [0 0 30 2 * for 1h in UTC]",
        "maintenanceWindows[0]: \"0 0 30 2 * for 1h in UTC\" is a window that never opens")]
    [InlineData("maintenanceWindows: [0 22 * * FRI for 4w in UTC]", "maintenanceWindows[0]: \"4w\" is not a duration")]
    [InlineData("maintenanceWindows: [0 22 * * NEVER for 4h in UTC]", "maintenanceWindows[0]: \"0 22 * * NEVER\" is not five cron fields")]
    [InlineData("reasonGiven: warn", "reasonGiven: unknown setting; did you mean rules.reasonGiven?")]
    [InlineData("verbs: {override: adopt}", "verbs.override: must differ from verbs.adopt")]
    [InlineData("verbs: {release: override}", "verbs.override: must differ from verbs.release")]
    public void A_value_that_can_not_be_meant_is_told_with_its_path(string yaml, string words)
    {
        var error = Assert.Single(_folder.Read(yaml).Errors);

        Assert.StartsWith($"{_folder.File}:1: {words}", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_an_error()
    {
        var error = Assert.Single(_folder.Reader().Read().Errors);

        Assert.StartsWith($"{_folder.File}: can't be read: ", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_no_ConfigMap_could_hold_is_an_error() =>
        Assert.Contains(
            "longer than", Assert.Single(_folder.Read(new string('#', YamlFile.MaxLength + 1)).Errors).Message, StringComparison.Ordinal);

    [Fact]
    public void Whatever_stands_in_the_file_comes_to_a_configuration_or_to_errors()
    {
        var sample = Documents.Sample();
        var odd = Gen.OneOf(Gen.Char["{}[]:,&*!|>'\"%@`#-?\t\n \\~0\0\u0085\uFEFF\uD800"], Gen.Char);
        Gen.Select(Gen.Int[0, sample.Length], Gen.Int[0, 40], odd.Array[0, 8]).Sample(
            (at, cut, insert) =>
            {
                var reading = _folder.Read(
                    string.Concat(sample.AsSpan(0, at), new string(insert), sample.AsSpan(Math.Min(sample.Length, at + cut))));
                return reading.IsGood || reading.Errors.All(error => error.ToString().StartsWith(_folder.File, StringComparison.Ordinal));
            },
            iter: 2_000,
            threads: 1);
    }
}
