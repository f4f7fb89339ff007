namespace AdmissionGuard.Tools.Diagnosing;

/// <summary>One thing that is checked.</summary>
internal interface IDoctorCheck
{
    /// <summary>Its stable name in results.</summary>
    string Name { get; }

    /// <summary>What [ok] means, for the documentation.</summary>
    string Summary { get; }

    /// <summary>Runs the check.</summary>
    /// <returns>The results; empty if another check already reports the cause.</returns>
    Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context);
}
