namespace AdmissionGuard.Deploy.Tests.Monitoring;

/// <summary>Prometheus and promtool: on PATH, or where tests/prepare.sh put Debian's.</summary>
internal static class PrometheusTools
{
    public static string Find(string program)
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".cache");
        var onPath = Environment.GetEnvironmentVariable("PATH")!.Split(':', StringSplitOptions.RemoveEmptyEntries);
        return new[] { Path.Combine(cache, "admissionguard", "prometheus", "usr", "bin") }
            .Concat(onPath)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"{program} is not here: run tests/prepare.sh");
    }

    public static Task<CommandResult> PromtoolAsync(params string[] arguments) =>
        new Command(Find("promtool"), arguments).RunAsync(TestContext.Current.CancellationToken);
}
