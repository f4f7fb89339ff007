namespace AdmissionGuard.Tests.Reviews.Fuzzing;

/// <summary>All that is taken from a review, in values that can be compared; <see langword="null"/> if a text is absent.</summary>
internal sealed record ReviewValues(
    string? Uid,
    string? OperationText,
    string Operation,
    bool IsNamespace,
    string? SubResource,
    string? Name,
    bool IsDryRun,
    string? FieldManager,
    string? User,
    string? UserUid,
    string Groups,
    string Extra,
    NamespaceValues Object,
    NamespaceValues OldObject);

/// <summary>What is taken from one of the two objects.</summary>
internal sealed record NamespaceValues(
    bool IsPresent,
    string? Name,
    string? ResourceVersion,
    string? Label,
    string? Reason,
    string? Override,
    bool IsTerminating,
    bool HasLabels,
    bool HasOwnerReferences,
    int OwnerReferenceCount,
    string References,
    string Labels,
    string Annotations)
{
    public static NamespaceValues Nothing { get; } = new(false, null, null, null, null, null, false, false, false, 0, "", "", "");
}
