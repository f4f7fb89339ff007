namespace AdmissionGuard.Server.Limits;

/// <summary>The limits that an operator can set.</summary>
internal sealed record LimitOptions
{
    /// <summary>The maximum number of concurrent lookups.</summary>
    public int MaxLookups { get; init; } = 500;

    /// <summary>The maximum number of open connections for reviews.</summary>
    public int MaxConnections { get; init; } = ServerLimits.DefaultConnections;
}
