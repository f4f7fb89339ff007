namespace AdmissionGuard.DecisionTable;

/// <summary>What a row says is asked.</summary>
public abstract record Ask
{
    private Ask()
    {
    }

    /// <summary>Nothing.</summary>
    public sealed record Nothing : Ask;

    /// <summary>That the namespace be in one tenant, or in none.</summary>
    /// <param name="Tenant">The tenant; <see langword="null"/> for none.</param>
    public sealed record In(string? Tenant) : Ask;

    /// <summary>That a tenant whose reference was removed is restored, if the tenant exists.</summary>
    /// <param name="Tenant">The tenant.</param>
    public sealed record PutBack(string Tenant) : Ask;

    /// <summary>Two things at once.</summary>
    public sealed record Contradiction : Ask;
}
