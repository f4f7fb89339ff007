using Microsoft.Extensions.Logging;

namespace AdmissionGuard.Testing;

/// <summary>The log of a whole guard as text, in three parts, because the guard also logs without a request.</summary>
internal sealed class LoggedLines : ILoggerProvider
{
    private static readonly string[] OwnRooms = [
        "AdmissionGuard.Server.Hosting", "AdmissionGuard.Server.Health", "AdmissionGuard.Server.TenancyScan", "AdmissionGuard.Kubernetes"
    ];

    private readonly CollectedLog _requests = new();
    private readonly CollectedLog _own = new();
    private readonly CollectedLog _framework = new();

    /// <summary>Returns and forgets the lines about requests.</summary>
    public string[] Take() => Take(_requests);

    /// <summary>Returns and forgets the lines that it logs at any time, without a request.</summary>
    public string[] TakeOwn() => Take(_own);

    /// <summary>Returns and forgets the lines of the framework.</summary>
    public string[] TakeFrameworks() => Take(_framework);

    public ILogger CreateLogger(string categoryName) => (categoryName switch
    {
        _ when OwnRooms.Any(room => categoryName.StartsWith(room, StringComparison.Ordinal)) => _own,
        _ when categoryName.StartsWith("AdmissionGuard", StringComparison.Ordinal) => _requests,
        _ => _framework,
    }).CreateLogger(categoryName);

    public void Dispose()
    {
        // Nothing is held.
    }

    private static string[] Take(CollectedLog log) => [.. log.Take().Select(line => line.Message + line.Exception)];
}
