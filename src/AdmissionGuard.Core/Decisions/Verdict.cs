using System.Collections.Immutable;
using AdmissionGuard.Core.Completions;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Decisions;

/// <summary>What a request gets.</summary>
public abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>What the request wanted, as far as it was found out.</summary>
    public Transition Transition { get; init; } = Transition.Unchanged;

    /// <summary>What the request said of why.</summary>
    public ChangeReason ChangeReason { get; init; } = ChangeReason.None;

    /// <summary>The permissions that the user lacks and that refuse the request, or would in mode enforce; each once.</summary>
    public ImmutableArray<RequiredPermission> Missing { get; init; } = [];

    /// <summary>Passes as it came, or as the completion makes it.</summary>
    /// <param name="Completion">What is still to be written.</param>
    /// <param name="Warnings">What the person should know; each at most <see cref="MessageText.MaxWarning"/> characters.</param>
    public sealed record Allow(Completion Completion, ImmutableArray<string> Warnings) : Verdict
    {
        /// <summary>Passes as it came, with nothing to say.</summary>
        public static Allow Unmodified { get; } = new(Completion.Nothing, []);

        /// <summary>The refusal that the guard's mode let pass; empty for none.</summary>
        public string Tolerated { get; init; } = "";

        /// <summary>The rules that an override lifted.</summary>
        public ImmutableArray<string> Overridden { get; init; } = [];

        /// <summary>The rules that are broken and only warn.</summary>
        public ImmutableArray<string> Warned { get; init; } = [];
    }

    /// <summary>Does not pass.</summary>
    /// <param name="Reason">The kind of the refusal.</param>
    /// <param name="Message">Who may not do what, and every reason.</param>
    public sealed record Deny(DenyReason Reason, string Message) : Verdict
    {
        /// <summary>Everything that refuses the request, as data.</summary>
        public ImmutableArray<Violation> Violations { get; init; } = [];

        /// <summary>Every reason by itself, as it is told.</summary>
        public ImmutableArray<string> Reasons { get; init; } = [];

        /// <summary>The rules that stand against it.</summary>
        public ImmutableArray<string> Rules { get; init; } = [];
    }
}

/// <summary>The kinds of refusal, each one of Kubernetes' own status reasons. Ordered: of several, the first decides.</summary>
public enum DenyReason
{
    /// <summary>503 ServiceUnavailable: something could not be found out; the same request may pass later.</summary>
    Unavailable,

    /// <summary>403 Forbidden: a right is missing, or a rule stands against it.</summary>
    Forbidden,

    /// <summary>422 Invalid: the request can't be meant, or names what does not exist.</summary>
    Invalid,

    /// <summary>409 Conflict: the tenant changed in between; the same request may pass at once.</summary>
    Conflict,

    /// <summary>429 TooManyRequests: too many look-ups are under way, so none was made for this one; the same request may pass in a second.</summary>
    Busy,
}
