namespace AdmissionGuard.Core.Decisions;

/// <summary>Which warnings are sent with an admitted request. <c>kubectl --warnings-as-errors</c> fails on any of them.</summary>
public enum WarningKinds
{
    /// <summary>All, including the confirmation of a change of tenancy.</summary>
    All,

    /// <summary>
    /// Only those that a user should act on: a broken rule that warns, an override, a refusal that the mode tolerates, a broken tenancy,
    /// and a change that was undone.
    /// </summary>
    Problems,
}
