using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Tools.Capsule;

/// <summary>Says whether Capsule's own webhooks would let a change through that the guard completed.</summary>
internal static class CapsulePrediction
{
    /// <summary>Why nothing is known where the guard reads no CapsuleConfiguration: Capsule reads one, and nobody says which.</summary>
    public const string NoConfiguration = "none is configured";

    public static Prediction NotInstalled { get; } = new("not installed", IsAgainst: false);

    public static Prediction Unreadable(string what, string why) => new($"could not be found out: {what} could not be read ({why})", IsAgainst: false);

    /// <summary>In words, and whether every regime that this may be is against it.</summary>
    /// <param name="version">The Capsule that is installed.</param>
    /// <param name="user">The user's name.</param>
    /// <param name="role">What the user is to it.</param>
    /// <param name="kind">What is asked.</param>
    public static Prediction Of(CapsuleVersion version, string user, CapsuleRole role, TransitionKind kind)
    {
        var fates = version.Possible.Select(behavior => FateOf(behavior, role, kind)).Distinct().ToList();
        var who = role switch
        {
            CapsuleRole.Administrator => $"{user} is one of its administrators",
            CapsuleRole.User => $"{user} is one of its users and not one of its administrators",
            _ => $"{user} is not one of its administrators",
        };
        return fates switch
        {
            [PredictedOutcome.Passes] => new Prediction($"{version.Words}: {who}, and would be let through", IsAgainst: false),
            [PredictedOutcome.Refused] => new Prediction($"{version.Words}: {who}, and would be refused: {Refusal(kind)}", IsAgainst: true),
            [PredictedOutcome.Undone] => new Prediction($"{version.Words}: {who}, and the change would be undone without a word", IsAgainst: true),
            _ => new Prediction($"{version.Words}: {who}; {string.Join("; ", version.Possible.Select(behavior => $"{Name(behavior)} {Words(FateOf(behavior, role, kind))}"))}", fates.TrueForAll(outcome => outcome is not PredictedOutcome.Passes)),
        };
    }

    private static PredictedOutcome FateOf(CapsuleBehavior behavior, CapsuleRole role, TransitionKind kind) => (behavior, role) switch
    {
        _ when kind is TransitionKind.Unchanged or TransitionKind.Repair => PredictedOutcome.Passes,
        (CapsuleBehavior.AdministratorsOnly, CapsuleRole.Administrator) => PredictedOutcome.Passes,
        // It fills in a namespace that is new to it, and holds on to one that it has.
        (CapsuleBehavior.Closed or CapsuleBehavior.Undoing, CapsuleRole.Administrator) => kind is TransitionKind.Adopt ? PredictedOutcome.Passes : PredictedOutcome.Undone,
        // Its mutator puts them back before its validator looks.
        (CapsuleBehavior.Closed, CapsuleRole.User) => kind is TransitionKind.Adopt ? PredictedOutcome.Refused : PredictedOutcome.Undone,
        (CapsuleBehavior.AdministratorsOnly or CapsuleBehavior.Closed, _) => PredictedOutcome.Refused,
        (CapsuleBehavior.Undoing, CapsuleRole.Unknown) or (CapsuleBehavior.UsersOnly, not CapsuleRole.User) => PredictedOutcome.Passes,
        _ => PredictedOutcome.Undone,
    };

    private static string Refusal(TransitionKind kind) => kind switch
    {
        TransitionKind.Release => "namespace can not remove tenant ownership",
        TransitionKind.Adopt => "namespace can not be patched into a tenant",
        _ => "namespace can not be migrated between tenants",
    };

    private static string Name(CapsuleBehavior behavior) => behavior switch
    {
        CapsuleBehavior.UsersOnly => "up to 0.11.2",
        CapsuleBehavior.Undoing => "0.12.0 to 0.12.4",
        CapsuleBehavior.Closed => "0.13.0 to 0.13.9",
        _ => "0.13.10 and newer",
    };

    private static string Words(PredictedOutcome outcome) => outcome switch
    {
        PredictedOutcome.Passes => "let it through",
        PredictedOutcome.Refused => "refuse it",
        _ => "undo it without a word",
    };

    private enum PredictedOutcome
    {
        Passes,
        Undone,
        Refused,
    }
}
