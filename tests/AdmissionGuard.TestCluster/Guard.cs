using System.Text.RegularExpressions;

namespace AdmissionGuard.TestCluster;

/// <summary>The guard, run as its own service account with the permissions of <c>deploy/</c>, in front of a control plane.</summary>
public sealed partial class Guard : IAsyncDisposable
{
    private readonly GuardProcess _process;
    private readonly Registration _registration;

    private Guard(GuardProcess process, Registration registration, string ca)
    {
        _process = process;
        _registration = registration;
        CaFile = ca;
    }

    /// <summary>Where it answers reviews.</summary>
    public Uri Reviews => _process.Reviews;

    /// <summary>Where its health and metrics are.</summary>
    public Uri Health => _process.Health;

    /// <summary>The CA of its certificate.</summary>
    public string CaFile { get; }

    /// <summary>Starts the guard, and registers its webhooks.</summary>
    /// <param name="plane">The control plane.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <param name="webhooks">Which webhooks to register.</param>
    /// <param name="program">The program; <see langword="null"/> for the one built with the tests.</param>
    /// <param name="settings">What else it is started with.</param>
    /// <returns>The running guard, its webhooks in use.</returns>
    public static async Task<Guard> StartAsync(
        ControlPlane plane,
        CancellationToken cancellation,
        Webhooks webhooks = Webhooks.Both,
        string? program = null,
        GuardSettings? settings = null)
    {
        settings ??= new GuardSettings();
        var setup = await GuardSetup.MakeAsync(plane, program, settings.Arguments, cancellation);
        var process = await GuardProcess.StartAsync(setup.Command, setup.NewLogFile(), cancellation, settings.Environment);
        var guard = new Guard(process, new Registration(plane, process.Reviews, setup.CaFile, settings.LabelKey), setup.CaFile);
        try
        {
            await guard.RegisterAsync(webhooks, cancellation);
            return guard;
        }
        catch
        {
            // Nothing stays behind that would refuse the next one's writes.
            await guard.DisposeAsync();
            throw;
        }
    }

    /// <summary>Registers its webhooks.</summary>
    /// <param name="webhooks">Which of them; the others are removed.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>When they are in use.</returns>
    public Task RegisterAsync(Webhooks webhooks, CancellationToken cancellation) => _registration.RegisterAsync(webhooks, cancellation);

    /// <summary>Stops the program; its webhooks stay registered.</summary>
    /// <returns>When it is over.</returns>
    public Task StopAsync() => _process.StopAsync();

    /// <summary>How many calls to the API server the guard has made for decisions.</summary>
    /// <returns>The count of its metric.</returns>
    public async Task<long> CallsAsync()
    {
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri(Health, "metrics"));
        return CallCount()
            .Matches(metrics)
            .Sum(match => long.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>The end of its log.</summary>
    /// <returns>The last lines.</returns>
    public string Tail() => _process.Tail();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _registration.UnregisterAsync();
        }
        finally
        {
            await _process.DisposeAsync();
        }
    }

    [GeneratedRegex(@"^admissionguard_api_call_duration_seconds_count\{[^}]*\} (\d+)", RegexOptions.Multiline)]
    private static partial Regex CallCount();
}
