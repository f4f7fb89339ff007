namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>The built program, as a process.</summary>
internal static class Program
{
    public static string File { get; } = Path.Combine(AppContext.BaseDirectory, "admissionguard.dll");

    public static Task<CommandResult> RunAsync(string[] arguments, CancellationToken cancellation) =>
        new Command("dotnet", [File, .. arguments]).RunAsync(cancellation);
}
