namespace AdmissionGuard.TestCluster;

/// <summary>What a guard needs before it starts: its account with the permissions of <c>deploy/</c>, and certificates.</summary>
/// <param name="Folder">Where its certificates are, as <c>certs-scripts/</c> makes them.</param>
/// <param name="Command">The command line that serves.</param>
public sealed record GuardSetup(string Folder, IReadOnlyList<string> Command)
{
    /// <summary>The CA of its certificate.</summary>
    public string CaFile => Path.Combine(Folder, "ca.crt");

    /// <summary>Makes what it needs.</summary>
    /// <param name="plane">The control plane.</param>
    /// <param name="program">The program; <see langword="null"/> for the one built with the tests.</param>
    /// <param name="arguments">More arguments of <c>serve</c>.</param>
    /// <param name="cancellation">Ends the making.</param>
    /// <param name="certificates">The folder of the certificates; <see langword="null"/> for the one that every guard of the control plane
    /// shares.</param>
    /// <returns>What it needs.</returns>
    public static async Task<GuardSetup> MakeAsync(
        ControlPlane plane, string? program, IReadOnlyList<string> arguments, CancellationToken cancellation, string? certificates = null)
    {
        await plane.Admin.OkAsync(
            "apply", "-f", Repository.File("deploy", "base", "namespace.yaml"), "-f", Repository.File("deploy", "base", "rbac.yaml"));
        var account = await plane.KubectlAsServiceAccountAsync("admissionguard-system", "admissionguard");
        var folder = certificates ?? Path.Combine(plane.Folder, "guard-certs");
        (await new Command(Repository.File("certs-scripts", "make-certs.sh"), ["--dir", folder]).RunAsync(cancellation)).Ok();
        string[] start = program is null ? ["dotnet", Path.Combine(AppContext.BaseDirectory, "admissionguard.dll")] : [program];
        return new GuardSetup(
            folder,
            [
                .. start,
                "serve",
                "--kubeconfig",
                account.Kubeconfig,
                "--tls-cert",
                Path.Combine(folder, "tls.crt"),
                "--tls-key",
                Path.Combine(folder, "tls.key"),
                .. arguments,
            ]);
    }

    /// <summary>A file that no other guard logs to.</summary>
    /// <returns>Its path.</returns>
    public string NewLogFile() => Path.Combine(Path.GetDirectoryName(Folder)!, $"guard-{Guid.NewGuid():N}.log");
}
