namespace AdmissionGuard.Tools.Diagnosing;

/// <summary>One thing that is looked at.</summary>
internal interface IDoctorCheck
{
    /// <summary>Its name in results, which never changes.</summary>
    string Name { get; }

    /// <summary>What is well where it says ok, for the documentation.</summary>
    string Summary { get; }

    /// <summary>Looks.</summary>
    /// <returns>What was found; nothing where another check says already what stands in the way.</returns>
    Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context);
}
