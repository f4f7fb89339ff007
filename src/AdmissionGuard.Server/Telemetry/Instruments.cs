namespace AdmissionGuard.Server.Telemetry;

/// <summary>The names of meters.</summary>
internal static class Instruments
{
    /// <summary>The meter of all that the server measures.</summary>
    public const string MeterName = "AdmissionGuard";
}
