using System.Collections.Immutable;
using AdmissionGuard.Core.Completions;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Decisions;

/// <summary>The decision on a request.</summary>
public abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>The requested transition, as far as it is known.</summary>
    public Transition Transition { get; init; } = Transition.Unchanged;

    /// <summary>The reasons that the request gives.</summary>
    public ChangeReason ChangeReason { get; init; } = ChangeReason.None;

    /// <summary>The permissions that the user lacks and that refuse the request, or would in mode enforce; each once.</summary>
    public ImmutableArray<RequiredPermission> Missing { get; init; } = [];

    /// <summary>The request is admitted unmodified, or with the completion.</summary>
    /// <param name="Completion">The patch.</param>
    /// <param name="Warnings">Warnings for the user; each at most <see cref="MessageText.MaxWarning"/> characters.</param>
    public sealed record Allow(Completion Completion, ImmutableArray<string> Warnings) : Verdict
    {
        /// <summary>Admitted unmodified, without warnings.</summary>
        public static Allow Unmodified { get; } = new(Completion.Nothing, []);

        /// <summary>The refusal that mode warn or audit tolerates; empty for none.</summary>
        public string Tolerated { get; init; } = "";

        /// <summary>The rules that were overridden.</summary>
        public ImmutableArray<string> Overridden { get; init; } = [];

        /// <summary>The broken rules that only warn.</summary>
        public ImmutableArray<string> Warned { get; init; } = [];
    }

    /// <summary>The request is denied.</summary>
    /// <param name="Reason">The kind of the refusal.</param>
    /// <param name="Message">Who may not do what, and every reason.</param>
    public sealed record Deny(DenyReason Reason, string Message) : Verdict
    {
        /// <summary>Everything that refuses the request, as data.</summary>
        public ImmutableArray<Violation> Violations { get; init; } = [];

        /// <summary>The single reasons.</summary>
        public ImmutableArray<string> Reasons { get; init; } = [];

        /// <summary>The rules that refuse it.</summary>
        public ImmutableArray<string> Rules { get; init; } = [];
    }
}

/// <summary>The kinds of refusal, which are status reasons of Kubernetes. If there are several, the first in this order is used.</summary>
public enum DenyReason
{
    /// <summary>503 ServiceUnavailable: a lookup failed; the same request may succeed later.</summary>
    Unavailable,

    /// <summary>403 Forbidden: a permission is missing, or a rule is broken.</summary>
    Forbidden,

    /// <summary>422 Invalid: the request is contradictory, or names a tenant that does not exist.</summary>
    Invalid,

    /// <summary>409 Conflict: the tenant changed in between; the same request may succeed immediately.</summary>
    Conflict,

    /// <summary>
    /// 429 TooManyRequests: too many lookups are in progress, so none was made for this request; it may succeed in a second.
    /// </summary>
    Busy,
}
