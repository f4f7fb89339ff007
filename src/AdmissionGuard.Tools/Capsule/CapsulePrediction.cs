using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Tools.Capsule;

/// <summary>Predicts whether Capsule's own webhooks would accept a change that the guard completed.</summary>
internal static class CapsulePrediction
{
    /// <summary>Why nothing is known if the guard reads no CapsuleConfiguration: Capsule reads one, and its name is unknown.</summary>
    public const string NoConfiguration = "none is configured";

    public static Prediction NotInstalled { get; } = new("not installed", IsRefused: false);

    public static Prediction Unreadable(string what, string why) => new($"unknown: {what} could not be read ({why})", IsRefused: false);

    /// <summary>The message, and whether every possible behavior would refuse the change.</summary>
    /// <param name="version">The Capsule that is installed.</param>
    /// <param name="user">The user's name.</param>
    /// <param name="role">The user's role for Capsule.</param>
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
            [PredictedOutcome.Passes] => new Prediction($"{version.Description}: {who}; the change would be accepted", IsRefused: false),
            [PredictedOutcome.Refused] =>
                new Prediction($"{version.Description}: {who}; the change would be refused: {Refusal(kind)}", IsRefused: true),
            [PredictedOutcome.Undone] =>
                new Prediction($"{version.Description}: {who}; the change would be reverted without a message", IsRefused: true),
            _ =>
                new Prediction(
                    $"{version.Description}: {who}; {string.Join(
                        "; ",
                        version.Possible.Select(behavior => $"{Name(behavior)} {Describe(FateOf(behavior, role, kind))}"))}",
                    fates.TrueForAll(outcome => outcome is not PredictedOutcome.Passes)),
        };
    }

    private static PredictedOutcome FateOf(CapsuleBehavior behavior, CapsuleRole role, TransitionKind kind) => (behavior, role) switch
    {
        _ when kind is TransitionKind.Unchanged or TransitionKind.Repair => PredictedOutcome.Passes,
        (CapsuleBehavior.AdministratorsOnly, CapsuleRole.Administrator) => PredictedOutcome.Passes,
        // It completes a namespace that is new to it, and keeps a namespace that it has.
        (CapsuleBehavior.Closed or CapsuleBehavior.Undoing, CapsuleRole.Administrator) =>
            kind is TransitionKind.Adopt ? PredictedOutcome.Passes : PredictedOutcome.Undone,
        // Its mutator restores them before its validator is called.
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

    private static string Describe(PredictedOutcome outcome) => outcome switch
    {
        PredictedOutcome.Passes => "accept it",
        PredictedOutcome.Refused => "refuse it",
        _ => "revert it without a message",
    };

    private enum PredictedOutcome
    {
        Passes,
        Undone,
        Refused,
    }
}
