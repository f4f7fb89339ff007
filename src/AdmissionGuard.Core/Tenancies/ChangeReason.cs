namespace AdmissionGuard.Core.Tenancies;

/// <summary>Why something is done, in its person's words.</summary>
/// <param name="Reason">The reason of a change (see <see cref="ReasonAnnotation"/>); empty where none is given.</param>
/// <param name="Override">Why rules are to be lifted (see <see cref="OverrideAnnotation"/>); empty where that is not asked.</param>
public readonly record struct ChangeReason(string Reason, string Override)
{
    /// <summary>Gives the reason of a change, when the same request changes it.</summary>
    public const string ReasonAnnotation = "admissionguard.io/reason";

    /// <summary>Asks that rules be lifted, and says why, when the same request changes it.</summary>
    public const string OverrideAnnotation = "admissionguard.io/override";

    /// <summary>The form of a field manager that gives the reason, for where annotations don't last.</summary>
    public const string ReasonFieldManager = "reason:";

    /// <summary>The form of a field manager that asks for an override.</summary>
    public const string OverrideFieldManager = "override:";

    /// <summary>No words at all.</summary>
    public static ChangeReason None { get; } = new("", "");

    /// <summary>What a request says now: an annotation counts only where the request changed it, a field manager only in its form.</summary>
    /// <param name="old">The annotation as stored.</param>
    /// <param name="now">The annotation as the request leaves it.</param>
    /// <param name="fieldManager">The request's field manager.</param>
    /// <param name="form">The form that counts.</param>
    /// <returns>The words; empty for none.</returns>
    internal static string Effective(string old, string now, string fieldManager, string form) =>
        now.Trim() is { Length: > 0 } said && said != old.Trim() ? said : ByFieldManager(fieldManager, form);

    /// <summary>What a field manager alone says.</summary>
    /// <param name="fieldManager">The request's field manager.</param>
    /// <returns>The words; empty for none.</returns>
    internal static ChangeReason OfFieldManager(string fieldManager) =>
        new(ByFieldManager(fieldManager, ReasonFieldManager), ByFieldManager(fieldManager, OverrideFieldManager));

    private static string ByFieldManager(string fieldManager, string form) =>
        fieldManager.StartsWith(form, StringComparison.Ordinal) ? fieldManager[form.Length..].Trim() : "";
}
