using System.Collections.Immutable;

namespace AdmissionGuard.Core.Decisions;

/// <summary>One reason against a request.</summary>
/// <param name="Reason">The kind of refusal.</param>
/// <param name="Words">What is wrong, and what to do next.</param>
/// <param name="IsAlways">Whether it holds in every mode: what it forbids could cost a namespace, or was never decidable.</param>
public readonly record struct Violation(DenyReason Reason, string Words, bool IsAlways)
{
    private readonly ImmutableArray<RequiredPermission> _missing;

    /// <summary>The rule that is broken; <see langword="null"/> where it is no rule's.</summary>
    public string? Rule { get; init; }

    /// <summary>The permissions that are missing, where that is the reason.</summary>
    public ImmutableArray<RequiredPermission> Missing
    {
        get => _missing.IsDefault ? [] : _missing;
        init => _missing = value;
    }
}
