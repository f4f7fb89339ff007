using System.Diagnostics.CodeAnalysis;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Infrastructure;
using Microsoft.Extensions.Logging;
using k8s.LeaderElection;

namespace AdmissionGuard.Kubernetes.LeaderElection;

/// <summary>Elects one replica as the leader: the one that holds the Lease.</summary>
public sealed partial class LeaderElectionService : PeriodicService
{
    /// <summary>The Lease's name.</summary>
    public const string LeaseName = "admissionguard";

    private static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RenewDeadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(2);

    private readonly Func<LeaseLock> _newLease;
    private readonly ILogger _logger;
    private volatile bool _leads;
    private volatile string? _reported;

    /// <summary>Creates a candidate.</summary>
    /// <param name="calls">Sends the requests.</param>
    /// <param name="namespace">The Lease's namespace.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where changes of the leader are logged.</param>
    public LeaderElectionService(ApiServerClient calls, string @namespace, TimeProvider time, ILogger<LeaderElectionService> logger)
        : base("leader election", time, logger)
    {
        // A new identity at each start, so that no replica takes over the Lease of a predecessor with the same name.
        var identity = $"{Environment.MachineName}_{Guid.NewGuid():N}";
        // A new lock for each election, so that late results of an earlier renewal are not used.
        _newLease = () => new LeaseLock(calls, @namespace, LeaseName, identity, time, Tell);
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

    /// <summary>Tries to lead, leads, and returns when another replica holds the Lease.</summary>
    /// <inheritdoc />
    protected override async ValueTask<TimeSpan?> RunAsync(CancellationToken cancellation)
    {
        var election = new LeaderElectionConfig(_newLease())
        {
            LeaseDuration = LeaseDuration,
            RenewDeadline = RenewDeadline,
            RetryPeriod = RetryPeriod,
        };
        try
        {
            await ElectAsync(election, Lead, leader => Log.Leader(_logger, leader is { Length: > 0 } ? leader : "nobody"), cancellation);
            return RetryPeriod;
        }
        finally
        {
            Lead(false);
        }
    }

    /// <summary>Runs one election, from the first attempt until the Lease is lost.</summary>
    /// <param name="election">The Lease, and how long to hold it.</param>
    /// <param name="lead">Called with whether this replica leads.</param>
    /// <param name="follow">Called with the leader's identity when another leads.</param>
    /// <param name="cancellation">Ends it.</param>
    internal static async Task ElectAsync(
        LeaderElectionConfig election, Action<bool> lead, Action<string> follow, CancellationToken cancellation)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var elector = new LeaderElector(election);
        elector.OnStartedLeading += () => lead(true);
        elector.OnStoppedLeading += () => lead(false);
        elector.OnNewLeader += follow;
        try
        {
            await elector.RunUntilLeadershipLostAsync(lost.Token);
        }
        finally
        {
            // The elector does not stop a renewal that takes too long: it would go on renewing for a replica that is no longer the leader.
            await lost.CancelAsync();
        }
    }

    // Once, however often it comes again, until this replica leads: an election asks every two seconds.
    private void Tell(string why)
    {
        if (_reported != why)
        {
            _reported = why;
            Log.Unable(_logger, why);
        }
    }

    private void Lead(bool leads)
    {
        _reported = leads ? null : _reported;
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

        [LoggerMessage(74, LogLevel.Warning, "The Lease can't be read or written, so this replica can't become the leader: {Why}")]
        public static partial void Unable(ILogger logger, string why);

        [LoggerMessage(73, LogLevel.Warning, "The Lease was not released and will expire: {Why}")]
        public static partial void Held(ILogger logger, string why);
    }
}
