using System.Text.RegularExpressions;
using AdmissionGuard.EndToEnd.Deploying;
using AdmissionGuard.Testing.Diagnosing;

namespace AdmissionGuard.EndToEnd.Diagnosing;

/// <summary>An installation that runs and is healthy, to be broken in one way after the other.</summary>
public sealed partial class BreakableInstallation : ClusterWithNodes
{
    private const string Doctor = "doctor";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private string Prepared => $"OVERLAY={Overlay}\nKUBE_EDITOR=$PWD/bin/edit\nexport KUBE_EDITOR\n{Breakages.Functions}";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        File.CreateSymbolicLink(At("ca.crt"), Plane.CaFile);
        foreach (var manifest in new[] { "capsule-configuration-crd.yaml", "fake-capsule.yaml" })
        {
            File.CreateSymbolicLink(At(manifest), Path.Combine(AppContext.BaseDirectory, manifest));
        }

        TestCertificate.SelfSigned(new CertificateSpec("admissionguard") { From = TimeSpan.FromDays(-90), To = TimeSpan.FromDays(-1) })
            .WriteTo(Folder, "expired");
        await Plane.CreateTenantAsync("oil");
        await Plane.CreateTenantAsync("gas");
        await InstallAsync();
    }

    /// <summary>Runs what breaks something, or mends it.</summary>
    internal Task<string> ShellAsync(string lines) => OkAsync($"{Prepared}\n{lines}");

    /// <summary>Sets what an editor does that <c>kubectl edit</c> opens.</summary>
    internal async Task EditWithAsync(string sed)
    {
        await File.WriteAllTextAsync(At("bin/edit"), $"#!/bin/bash\nsed -i -E -f \"$0.sed\" \"$1\"\n");
        await File.WriteAllTextAsync(At("bin/edit.sed"), $"{sed}\n");
        File.SetUnixFileMode(At("bin/edit"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>What the doctor says to a user with the roles of <c>deploy/base/rbac.yaml</c>.</summary>
    internal Task<DoctorAnswer> AskAsync() => DoctorAnswer.OfAsync(Plane.KubectlAs(Doctor).Kubeconfig);

    /// <summary>Asks the doctor until its answer is the one that is waited for.</summary>
    internal async Task<DoctorAnswer> WaitAsync(string what, Func<DoctorAnswer, bool> isSo)
    {
        DoctorAnswer answer = null!;
        try
        {
            await Poll.UntilAsync(what, Limit, async () => isSo(answer = await AskAsync()), TestContext.Current.CancellationToken);
            return answer;
        }
        catch (TimeoutException e)
        {
            throw new InvalidOperationException(
                $"the doctor did not report {what}, but:\n{string.Join('\n', answer.Errors.Concat(MendingCommands(answer, [])))}\n"
                    + $"{answer.Error}\n{Plane.Nodes.Tails()}",
                e);
        }
    }

    /// <summary>Waits until the doctor reports nothing but what it reported before, and the rollout is complete.</summary>
    internal async Task IsHealthyAsync(IReadOnlyCollection<string>? before = null)
    {
        await WaitAsync(
            $"no more than {string.Join(" and ", before ?? ["healthy"])}", answer => answer.Lines.Count > 0 && New(answer, before ?? []) is []);
        await ShellAsync("ns rollout status deployment/admissionguard --timeout=90s");
    }

    /// <summary>The lines that are not ok and were not there before.</summary>
    internal static List<string> New(DoctorAnswer answer, IReadOnlyCollection<string> before) =>
        [.. answer.Errors.Where(line => !before.Contains(line, StringComparer.Ordinal))];

    /// <summary>The commands printed below such lines that change something; the others show where to look.</summary>
    internal static List<string> MendingCommands(DoctorAnswer answer, IReadOnlyCollection<string> before) =>
    [
        .. New(answer, before)
            .Select(line => line.Split(' ')[1].TrimEnd(':'))
            .Distinct(StringComparer.Ordinal)
            .SelectMany(answer.Commands)
            .Where(command => !OnlyShows().IsMatch(command))
            .Distinct(StringComparer.Ordinal),
    ];

    /// <summary>Installs it again from nothing but the tenants.</summary>
    internal async Task ReinstallAsync()
    {
        await ShellAsync("""
            kubectl delete mutatingwebhookconfiguration,validatingwebhookconfiguration --all
            kubectl delete validatingadmissionpolicybinding,validatingadmissionpolicy --all --ignore-not-found || true
            kubectl delete namespace admissionguard-system drifted capsule-system --ignore-not-found
            kubectl delete clusterrolebinding everything migrators --ignore-not-found
            kubectl delete clusterrole,clusterrolebinding -l app.kubernetes.io/name=admissionguard
            kubectl delete crd capsuleconfigurations.capsule.clastix.io --ignore-not-found
            """);
        await InstallAsync();
    }

    private async Task InstallAsync()
    {
        await ShellAsync($"""
            reapply
            kubectl create clusterrolebinding migrators --clusterrole=admissionguard-migrator --user=mover
            for role in admissionguard-doctor admissionguard-doctor-probe; do
              kubectl create clusterrolebinding $role --clusterrole=$role --user={Doctor} --dry-run=client -o yaml | kubectl apply -f -
            done
            ns create rolebinding doctor --role=admissionguard-doctor --user={Doctor}
            ns create rolebinding doctor-tls --role=admissionguard-doctor-tls --user={Doctor}
            ns rollout status deployment/admissionguard --timeout=2m
            """);
        // Of Kubernetes before 1.21, this has no other.
        var answer = await WaitAsync("a guard that answers", answer => answer.Lines.Any(
            line => line.StartsWith("ok probe: the API server called validate", StringComparison.Ordinal)));
        foreach (var command in answer.Commands("disruption-budget"))
        {
            await ShellAsync(command);
        }

        await IsHealthyAsync();
    }

    private string At(string file) => Path.Combine(Folder, file);

    [GeneratedRegex(@"^kubectl (-n \S+ )?(logs|describe|get|rollout status) |^admissionguard ")]
    private static partial Regex OnlyShows();
}
