using System.Diagnostics.CodeAnalysis;
using AdmissionGuard.Kubernetes.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using k8s.LeaderElection;

namespace AdmissionGuard.Kubernetes.LeaderElection;

/// <summary>Leader election: the replica that holds the Lease leads.</summary>
public sealed partial class Leadership : BackgroundService
{
    /// <summary>The Lease's name.</summary>
    public const string LeaseName = "admissionguard";

    private static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RenewDeadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(2);

    private readonly Func<LeaseLock> _newLease;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile bool _leads;
    private volatile string? _told;

    /// <summary>Makes a candidate.</summary>
    /// <param name="calls">Sends the requests.</param>
    /// <param name="namespace">The Lease's namespace.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Receives who leads.</param>
    public Leadership(ApiServerClient calls, string @namespace, TimeProvider time, ILogger<Leadership> logger)
    {
        // A new identity at each start, so that no replica takes over the Lease of a predecessor with the same name.
        var identity = $"{Environment.MachineName}_{Guid.NewGuid():N}";
        // A new lock for each election, so that late results of an earlier renewal are not used.
        _newLease = () => new LeaseLock(calls, @namespace, LeaseName, identity, time, Tell);
        _time = time;
        _logger = logger;
    }

    /// <summary>Whether this replica leads.</summary>
    public bool IsLeader => _leads;

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        var led = _leads;
        await base.StopAsync(cancellationToken);
        if (led)
        {
            await ReleaseAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await CampaignAsync(stoppingToken);
            await Task.Delay(RetryPeriod, _time, stoppingToken);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The outermost edge of a loop: whatever the elector throws, no replica stops over it.")]
    private async Task CampaignAsync(CancellationToken cancellation)
    {
        try
        {
            var election = new LeaderElectionConfig(_newLease()) { LeaseDuration = LeaseDuration, RenewDeadline = RenewDeadline, RetryPeriod = RetryPeriod };
            await Campaign.RunAsync(election, Lead, leader => Log.Leader(_logger, leader is { Length: > 0 } ? leader : "nobody"), cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            Log.Failed(_logger, e);
        }
        finally
        {
            Lead(false);
        }
    }

    // Once, however often it comes again, until this replica leads: an election asks every two seconds.
    private void Tell(string why)
    {
        if (_told != why)
        {
            _told = why;
            Log.Unable(_logger, why);
        }
    }

    private void Lead(bool leads)
    {
        _told = leads ? null : _told;
        if (_leads != leads)
        {
            _leads = leads;
            Log.Leads(_logger, leads ? "is the leader" : "is no longer the leader");
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Best effort on the way out: the Lease lapses by itself.")]
    private async Task ReleaseAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ReleaseLimit);
        try
        {
            await _newLease().ReleaseAsync(limit.Token);
        }
        catch (Exception e)
        {
            Log.Held(_logger, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(70, LogLevel.Information, "This replica {Leads}")]
        public static partial void Leads(ILogger logger, string leads);

        [LoggerMessage(71, LogLevel.Information, "The leader is {Leader}")]
        public static partial void Leader(ILogger logger, string leader);

        [LoggerMessage(72, LogLevel.Error, "The leader election failed and is restarted")]
        public static partial void Failed(ILogger logger, Exception e);

        [LoggerMessage(74, LogLevel.Warning, "The Lease can't be read or written, so this replica can't become the leader: {Why}")]
        public static partial void Unable(ILogger logger, string why);

        [LoggerMessage(73, LogLevel.Warning, "The Lease was not released and will expire: {Why}")]
        public static partial void Held(ILogger logger, string why);
    }
}
