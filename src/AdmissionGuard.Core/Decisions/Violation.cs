using System.Collections.Immutable;

namespace AdmissionGuard.Core.Decisions;

/// <summary>One reason to refuse a request.</summary>
/// <param name="Reason">The kind of refusal.</param>
/// <param name="Message">The error, and what to do next.</param>
/// <param name="IsAlways">Whether it applies in every mode, because admitting the request could delete a namespace, or because it can't be
/// decided.</param>
public readonly record struct Violation(DenyReason Reason, string Message, bool IsAlways)
{
    private readonly ImmutableArray<RequiredPermission> _missing;

    /// <summary>The violated rule; <see langword="null"/> if it is not a rule.</summary>
    public string? Rule { get; init; }

    /// <summary>The missing permissions, if they are the reason.</summary>
    public ImmutableArray<RequiredPermission> Missing
    {
        get => _missing.IsDefault ? [] : _missing;
        init => _missing = value;
    }
}
