using AdmissionGuard.TestCluster;
using AdmissionGuard.Tools.Diagnosing;

namespace AdmissionGuard.EndToEnd.Diagnosing;

/// <summary>
/// The doctor in front of a real API server, with the roles of <c>deploy/</c> and nothing else: all well, then one thing broken at a time,
/// and fixed by what it says.
/// </summary>
[Collection(nameof(LookedAtCluster))]
public sealed class DoctorTests(BareCluster cluster, InstalledGuard installed) : IClassFixture<InstalledGuard>, IAsyncLifetime
{
    private const string Doctor = "doctor";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private Kubectl Admin => cluster.Plane.Admin;

    public async ValueTask InitializeAsync()
    {
        await Admin.ApplyAsync($$"""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: doctors}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admissionguard-doctor}
            subjects: [{{Rights.User(Doctor)}}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: doctors-probe}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admissionguard-doctor-probe}
            subjects: [{{Rights.User(Doctor)}}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: doctors, namespace: {{InstalledGuard.Namespace}} }
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: admissionguard-doctor}
            subjects: [{{Rights.User(Doctor)}}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: doctors-tls, namespace: {{InstalledGuard.Namespace}} }
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: admissionguard-doctor-tls}
            subjects: [{{Rights.User(Doctor)}}]
            """);
        await Rights.GrantAsync(
            cluster.Plane,
            $"{{kind: ServiceAccount, name: admissionguard, namespace: {InstalledGuard.Namespace}}}",
            $"system:serviceaccount:{InstalledGuard.Namespace}:admissionguard",
            """{apiGroups: [""], resources: [namespaces], verbs: [list]}""",
            "list namespaces");
        await Poll.UntilAsync(
            "the doctor's rights",
            Limit,
            async () => (await Admin.RunAsync(
                "auth",
                "can-i",
                "get",
                "secret/admissionguard-tls",
                "--as",
                Doctor,
                "-n",
                InstalledGuard.Namespace)).Output.Trim() == "yes",
            TestContext.Current.CancellationToken);
        await installed.MakeReadyAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_good_installation_is_well_but_for_what_its_server_could_do_more()
    {
        foreach (var command in (await AskAsync()).Commands("disruption-budget"))
        {
            (await Admin.ShellAsync(installed.Folder, command)).Ok();
        }

        // Its pods don't stay: they may have gone since somebody called them ready.
        DoctorAnswer answer = null!;
        await Poll.UntilAsync("both pods to be there when asked", Limit, async () =>
        {
            await installed.MakeReadyAsync();
            answer = await AskAsync();
            return answer.Lines.Contains("ok replicas: 2 of 2 replicas of admissionguard are ready", StringComparer.Ordinal)
                && answer.Lines.Contains("ok spread: the pods are on 2 nodes", StringComparer.Ordinal);
        }, TestContext.Current.CancellationToken);

        string[] more = [.. Since(28, "warning match-conditions"), .. Since(30, "warning backstop")];
        Assert.Equal(more, answer.Errors.Select(line => line.Split(':')[0]));
        Assert.Equal(0, answer.ExitCode);
        Assert.Contains(
            answer.Lines,
            line => line.StartsWith(
                "ok ca-bundle: validate.admissionguard.io trusts the certificate of 127.0.0.1:", StringComparison.Ordinal));
        Assert.Contains(
            "User mover",
            Assert.Single(
                answer.Lines,
                line => line.StartsWith(
                    "ok migrators: allowed by RBAC to migrate between at least two tenants: ", StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_read_nothing_learns_nothing()
    {
        var answer = await DoctorAnswer.OfAsync(cluster.Plane.KubectlAs("stranger").Kubeconfig);

        Assert.Equal(3, answer.ExitCode);
        Assert.NotEmpty(answer.Errors);
        Assert.All(answer.Errors, line => Assert.StartsWith("unknown ", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(
        "mutator",
        "mutating",
        """{"op":"replace","path":"/webhooks/0/reinvocationPolicy","value":"Never"}""",
        "failed mutator: it is not reinvoked when a later mutator sets the label (reinvocationPolicy)")]
    [InlineData(
        "mutator",
        "mutating",
        """{"op":"add","path":"/webhooks/0/objectSelector","value":{"matchLabels":{"team":"oil"}}}""",
        "failed mutator: its objectSelector excludes namespaces")]
    [InlineData(
        "validator",
        "validating",
        """{"op":"replace","path":"/webhooks/0/rules/0/resources","value":["namespaces","namespaces/finalize"]}""",
        "failed validator: it is not called for UPDATE of namespaces/status")]
    [InlineData(
        "validator",
        "validating",
        """{"op":"replace","path":"/webhooks/0/failurePolicy","value":"Ignore"}""",
        "failed validator: its failurePolicy is Ignore, not Fail")]
    [InlineData(
        "validator",
        "validating",
        """{"op":"add","path":"/webhooks/0/namespaceSelector","value":{"matchExpressions":[{"key":"exempt","operator":"DoesNotExist"}]}}""",
        "failed validator: its namespaceSelector excludes namespaces")]
    public async Task A_webhook_that_somebody_changed_is_put_back_by_the_command_it_prints(
        string check, string kind, string change, string line)
    {
        await Admin.OkAsync("patch", $"{kind}webhookconfiguration", "00-admissionguard", "--type=json", "-p", $"[{change}]");

        await MendAsync(check, line);
    }

    [Fact]
    public async Task An_authority_that_did_not_sign_the_certificate_is_replaced_by_the_command_it_prints()
    {
        // The API server's own.
        var other = Convert.ToBase64String(
            await File.ReadAllBytesAsync(Path.Combine(cluster.Plane.Folder, "ca.crt"), TestContext.Current.CancellationToken));
        await Admin.OkAsync(
            "patch",
            "validatingwebhookconfiguration",
            "00-admissionguard",
            "--type=json",
            "-p",
            $$"""[{"op":"replace","path":"/webhooks/0/clientConfig/caBundle","value":"{{other}}"}]""");

        var error = Assert.Single((await AskAsync()).Errors, line => line.StartsWith("failed ca-bundle: ", StringComparison.Ordinal));

        Assert.EndsWith(": its certificate authority is not in the caBundle", error, StringComparison.Ordinal);
        await MendAsync("ca-bundle", null);
    }

    [Fact]
    public async Task A_Secret_with_a_certificate_that_expired_is_renewed_by_the_commands_it_prints()
    {
        try
        {
            // As it is installed in a cluster: by the Service.
            (await Admin.ShellAsync(installed.Folder, "certs-scripts/set-ca-bundle.sh --ca certs/ca.crt | kubectl apply -f -")).Ok();
            Expire();
            (await Admin.ShellAsync(
                installed.Folder,
                $"kubectl -n {InstalledGuard.Namespace} create secret tls admissionguard-tls --cert certs/tls.crt --key certs/tls.key --dry-run=client -o yaml | kubectl apply -f -")).Ok();

            var answer = await MendAsync("certificate", null);

            Assert.Contains("ok ca-bundle: validate.admissionguard.io trusts the certificate in Secret admissionguard-tls", answer.Lines);
        }
        finally
        {
            await installed.Guard.RegisterAsync(Webhooks.Both, CancellationToken.None);
        }
    }

    [Fact]
    public async Task Rights_that_were_taken_away_are_given_back_by_the_command_it_prints()
    {
        await Admin.OkAsync("delete", "clusterrolebinding", "admissionguard");

        await MendAsync(
            "guard-rights",
            $"failed guard-rights: system:serviceaccount:{InstalledGuard.Namespace}:admissionguard may not get tenants.capsule.clastix.io, list tenants.capsule.clastix.io, create subjectaccessreviews.authorization.k8s.io, get capsuleconfigurations.capsule.clastix.io default");
    }

    [Fact]
    public async Task A_mutator_that_sorts_before_the_guard_is_named()
    {
        try
        {
            await Admin.ApplyAsync("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingWebhookConfiguration
                metadata: {name: 00-acme}
                webhooks:
                - name: labels.acme.example.com
                  admissionReviewVersions: [v1]
                  sideEffects: None
                  failurePolicy: Ignore
                  clientConfig: {url: "https://127.0.0.1:1/"}
                  rules: [{apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*"]}]
                """);

            Assert.Contains(
                "failed webhook-order: 00-acme is called before 00-admissionguard, and can change namespaces before the guard completes them",
                (await AskAsync()).Errors);
        }
        finally
        {
            await Admin.OkAsync("delete", "mutatingwebhookconfiguration", "00-acme");
        }
    }

    [Theory]
    // Of a version that is not served, so that the garbage collector here does not come first.
    [InlineData(
        "oil",
        "stale",
        "v1beta9",
        "failed drift: 1 namespace has an ownerReference with a UID that is not the live tenant's, and the garbage collector deletes it: ")]
    [InlineData("oil", "", "", "failed drift: 1 namespace has a tenant's label and no ownerReference: ")]
    [InlineData("", "live", "v1beta2", "failed drift: 1 namespace has a tenant's ownerReference and no label: ")]
    [InlineData("gas", "live", "v1beta2", "failed drift: 1 namespace names different tenants in label and ownerReferences: ")]
    [InlineData("gone", "", "", "failed drift: 1 namespace has a tenant's label and no ownerReference: ")]
    public async Task Labels_and_references_that_disagree_without_the_guard_are_fixed_through_it(
        string label, string uid, string version, string words)
    {
        var scene = await cluster.SceneAsync();
        var name = $"drifted-{Guid.NewGuid():N}"[..20];
        var key = label.Length == 0
            ? null
            : $"{GuardedCluster.LabelKey}={label switch { "oil" => scene.Oil, "gas" => scene.Gas, _ => label }}";
        var reference =
            $"{{apiVersion: capsule.clastix.io/{version}, kind: Tenant, name: {scene.Oil}, uid: {(uid == "live" ? scene.OilUid : "2952b351-0000-4000-8000-000000000000")}}}";
        await installed.Guard.RegisterAsync(Webhooks.None, CancellationToken.None);
        try
        {
            await Admin.ApplyAsync(Scene.Manifest(name, key, uid.Length == 0 ? [] : [reference]));
        }
        finally
        {
            await installed.Guard.RegisterAsync(Webhooks.Both, CancellationToken.None);
        }

        await MendAsync("drift", $"{words}{name}");

        Assert.Equal(label == "gone" ? Scene.InNone : scene.InOil, await scene.TenancyAsync(name));
    }

    [Fact]
    public async Task A_ConfigMap_that_the_guard_could_not_use_is_told_with_its_line()
    {
        try
        {
            await Admin.OkAsync(
                "-n",
                InstalledGuard.Namespace,
                "patch",
                "configmap",
                "admissionguard-config",
                "--type=merge",
                "-p",
                """{"data":{"config.yaml":"mode: enfroce\n"}}""");

            Assert.Contains(
                (await AskAsync()).Errors,
                line => line.StartsWith(
                    "failed configuration: ConfigMap admissionguard-config: config.yaml:1: mode: ", StringComparison.Ordinal));
        }
        finally
        {
            await Admin.OkAsync("apply", "-f", Repository.File("deploy", "base", "configmap.yaml"));
        }
    }

    [Fact]
    public async Task Capsules_version_and_its_administrators_tell_who_is_blocked_and_the_command_lets_them_through()
    {
        // Other tests leave others who may.
        var mover = new DoctorOptions { User = "mover" };
        try
        {
            await FakeCapsule.InstallAsync(Admin, "v0.13.9");
            Assert.Contains(
                "failed capsule: Capsule 0.13.9: nobody can migrate a namespace, even if the guard allows it: it reverts changes by its administrators, and refuses everyone else",
                (await AskAsync()).Errors);

            await FakeCapsule.InstallAsync(Admin, "v0.14.0");
            Assert.Contains("ok migrators: Capsule 0.14.0 blocks none of them", (await AskAsync(mover)).Lines);
            Assert.Contains(
                "warning tenant-controllers: Capsule's controller runs under system:serviceaccount:default:capsule, which is not listed: "
                + "one of its stale writes could move a namespace back",
                (await AskAsync(mover)).Errors);

            await Admin.OkAsync("patch", "capsuleconfiguration", "default", "--type=merge", "-p", """{"spec":{"administrators":[]}}""");
            await MendAsync(
                "migrators",
                "failed migrators: Capsule 0.14.0: mover is not one of its administrators; the change would be refused: namespace can not be migrated between tenants",
                mover);

            Assert.Contains(
                "failed migrators: alice may not release tenants.capsule.clastix.io and adopt tenants.capsule.clastix.io for every tenant (for a single tenant, use admissionguard plan)",
                (await AskAsync(new DoctorOptions { User = "alice" })).Errors);
        }
        finally
        {
            await FakeCapsule.RemoveAsync(Admin);
        }
    }

    private IEnumerable<string> Since(int minor, string error) => cluster.Plane.Version >= new Version(1, minor) ? [error] : [];

    private Task<DoctorAnswer> AskAsync(DoctorOptions? options = null) =>
        DoctorAnswer.OfAsync(cluster.Plane.KubectlAs(Doctor).Kubeconfig, options);

    /// <summary>Expects a red line, types what stands under it, and waits until it is gone.</summary>
    private async Task<DoctorAnswer> MendAsync(string check, string? line, DoctorOptions? options = null)
    {
        DoctorAnswer answer = null!;
        await Poll.UntilAsync(
            $"{check} to fail",
            Limit,
            async () => IsIll(answer = await AskAsync(options), check, line),
            TestContext.Current.CancellationToken);
        Assert.Equal(1, answer.ExitCode);
        (await Admin.ShellAsync(installed.Folder, string.Join('\n', answer.Commands(check).Distinct(StringComparer.Ordinal)))).Ok();
        await Poll.UntilAsync(
            $"{check} to be well again",
            Limit,
            async () => !IsIll(answer = await AskAsync(options), check, line: null),
            TestContext.Current.CancellationToken);
        return answer;
    }

    private static bool IsIll(DoctorAnswer answer, string check, string? line) => line is null
        ? answer.Errors.Any(each => each.StartsWith($"failed {check}: ", StringComparison.Ordinal))
        : answer.Errors.Contains(line, StringComparer.Ordinal);

    /// <summary>Puts a serving certificate into the folder that ended a day ago.</summary>
    private void Expire()
    {
        var authority = TestCertificate.Read(installed.Guard.CaFile, Path.ChangeExtension(installed.Guard.CaFile, "key"));
        authority.Issue(new CertificateSpec("admissionguard") { From = TimeSpan.FromDays(-90), To = TimeSpan.FromDays(-1) })
            .WriteTo(Path.Combine(installed.Folder, "certs"));
    }
}
