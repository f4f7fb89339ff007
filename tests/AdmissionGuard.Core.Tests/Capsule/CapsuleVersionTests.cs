using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Tests.Capsule;

/// <summary>What is known of Capsule's versions.</summary>
public sealed class CapsuleVersionTests
{
    [Theory]
    [InlineData("0.8.0", CapsuleBehavior.UsersOnly)]
    [InlineData("0.11.9", CapsuleBehavior.UsersOnly)]
    [InlineData("0.12.0", CapsuleBehavior.Undoing)]
    [InlineData("0.12.9", CapsuleBehavior.Undoing)]
    [InlineData("0.13.0", CapsuleBehavior.Closed)]
    [InlineData("0.13.9", CapsuleBehavior.Closed)]
    [InlineData("0.13.10", CapsuleBehavior.AdministratorsOnly)]
    [InlineData("1.0.0", CapsuleBehavior.AdministratorsOnly)]
    public void A_version_has_the_behavior(string version, CapsuleBehavior behavior) =>
        Assert.Equal(behavior, CapsuleVersion.BehaviorOf(Version.Parse(version)));

    // In each row: the behavior, the role, and the outcomes of an adoption, a migration and a release.
    [Theory]
    [InlineData("UsersOnly", "Unknown", "Accepted Accepted Accepted")]
    [InlineData("UsersOnly", "User", "Reverted Reverted Reverted")]
    [InlineData("UsersOnly", "Administrator", "Accepted Accepted Accepted")]
    [InlineData("Undoing", "Unknown", "Accepted Accepted Accepted")]
    [InlineData("Undoing", "User", "Reverted Reverted Reverted")]
    [InlineData("Undoing", "Administrator", "Accepted Reverted Reverted")]
    [InlineData("Closed", "Unknown", "Refused Refused Refused")]
    [InlineData("Closed", "User", "Refused Reverted Reverted")]
    [InlineData("Closed", "Administrator", "Accepted Reverted Reverted")]
    [InlineData("AdministratorsOnly", "Unknown", "Refused Refused Refused")]
    [InlineData("AdministratorsOnly", "User", "Refused Refused Refused")]
    [InlineData("AdministratorsOnly", "Administrator", "Accepted Accepted Accepted")]
    public void A_change_has_the_outcome(string behavior, string role, string outcomes)
    {
        var (how, who) = (Enum.Parse<CapsuleBehavior>(behavior), Enum.Parse<CapsuleRole>(role));
        TransitionKind[] changes = [TransitionKind.Adopt, TransitionKind.Migrate, TransitionKind.Release];

        Assert.Equal(outcomes, string.Join(' ', changes.Select(change => CapsuleVersion.OutcomeOf(how, who, change))));
        Assert.Equal(CapsuleOutcome.Accepted, CapsuleVersion.OutcomeOf(how, who, TransitionKind.Repair));
        Assert.Equal(CapsuleOutcome.Accepted, CapsuleVersion.OutcomeOf(how, who, TransitionKind.Unchanged));
    }

    [Theory]
    [InlineData("User alice", "", "", CapsuleRole.Administrator)]
    [InlineData("Group dev", "", "", CapsuleRole.Administrator)]
    [InlineData("Group dev", "Group dev", "", CapsuleRole.Administrator)]
    [InlineData("", "Group dev", "", CapsuleRole.User)]
    [InlineData("", "User alice", "", CapsuleRole.User)]
    [InlineData("User bob", "Group ops", "", CapsuleRole.Unknown)]
    [InlineData("User alice", "User alice", "dev", CapsuleRole.Unknown)]
    [InlineData("User alice", "", "ops", CapsuleRole.Administrator)]
    [InlineData("", "", "", CapsuleRole.Unknown)]
    public void A_user_has_the_role(string administrators, string users, string ignored, CapsuleRole role)
    {
        var settings = new CapsuleSettings
        {
            Administrators = [.. Owners(administrators)],
            Users = [.. Owners(users)],
            IgnoredGroups = [.. ignored.Split(',', StringSplitOptions.RemoveEmptyEntries)],
        };

        Assert.Equal(role, settings.RoleOf(new("alice", "", ["dev"], [])));
    }

    private static IEnumerable<TenantOwner> Owners(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(each => each.Split(' '))
        .Select(each => new TenantOwner(each[0], each[1]));
}
