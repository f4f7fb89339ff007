namespace AdmissionGuard.Core.Tenancies;

/// <summary>The reasons that a user gives for a change.</summary>
/// <param name="Reason">The reason of a change (see <see cref="ReasonAnnotation"/>); empty if none is given.</param>
/// <param name="Override">Why rules are to be overridden (see <see cref="OverrideAnnotation"/>); empty if no override is requested.</param>
public readonly record struct ChangeReason(string Reason, string Override)
{
    /// <summary>Gives the reason of a change, when the same request changes it.</summary>
    public const string ReasonAnnotation = "admissionguard.io/reason";

    /// <summary>Requests an override of the rules, and gives the reason, when the same request changes it.</summary>
    public const string OverrideAnnotation = "admissionguard.io/override";

    /// <summary>The form of a field manager that gives the reason, for tenants that remove annotations.</summary>
    public const string ReasonFieldManager = "reason:";

    /// <summary>The form of a field manager that asks for an override.</summary>
    public const string OverrideFieldManager = "override:";

    /// <summary>No reasons.</summary>
    public static ChangeReason None { get; } = new("", "");

    /// <summary>The reason of a request: an annotation counts only if the request changed it, a field manager only in its form.</summary>
    /// <param name="old">The annotation as stored.</param>
    /// <param name="now">The annotation as the request leaves it.</param>
    /// <param name="fieldManager">The request's field manager.</param>
    /// <param name="form">The form that counts.</param>
    /// <returns>The reason; empty for none.</returns>
    internal static string Effective(string old, string now, string fieldManager, string form) =>
        now.Trim() is { Length: > 0 } said && said != old.Trim() ? said : ByFieldManager(fieldManager, form);

    /// <summary>The reasons in the field manager alone.</summary>
    /// <param name="fieldManager">The request's field manager.</param>
    /// <returns>The reason; empty for none.</returns>
    internal static ChangeReason OfFieldManager(string fieldManager) =>
        new(ByFieldManager(fieldManager, ReasonFieldManager), ByFieldManager(fieldManager, OverrideFieldManager));

    private static string ByFieldManager(string fieldManager, string form) =>
        fieldManager.StartsWith(form, StringComparison.Ordinal) ? fieldManager[form.Length..].Trim() : "";
}
