using AdmissionGuard.Core.Capsule;
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
        var possible = version.Possible.Select(behavior => (Behavior: behavior, Outcome: CapsuleVersion.OutcomeOf(behavior, role, kind)))
            .ToList();
        var who = role switch
        {
            CapsuleRole.Administrator => $"{user} is one of its administrators",
            CapsuleRole.User => $"{user} is one of its users and not one of its administrators",
            _ => $"{user} is not one of its administrators",
        };
        return possible.Select(each => each.Outcome).Distinct().ToList() switch
        {
            [CapsuleOutcome.Accepted] => new Prediction($"{version.Description}: {who}; the change would be accepted", IsRefused: false),
            [CapsuleOutcome.Refused] =>
                new Prediction($"{version.Description}: {who}; the change would be refused: {Refusal(kind)}", IsRefused: true),
            [CapsuleOutcome.Reverted] =>
                new Prediction($"{version.Description}: {who}; the change would be reverted without a message", IsRefused: true),
            var outcomes =>
                new Prediction(
                    $"{version.Description}: {who}; "
                        + string.Join("; ", possible.Select(each => $"{Name(each.Behavior)} {Describe(each.Outcome)}")),
                    !outcomes.Contains(CapsuleOutcome.Accepted)),
        };
    }

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

    private static string Describe(CapsuleOutcome outcome) => outcome switch
    {
        CapsuleOutcome.Accepted => "accept it",
        CapsuleOutcome.Refused => "refuse it",
        _ => "revert it without a message",
    };
}
