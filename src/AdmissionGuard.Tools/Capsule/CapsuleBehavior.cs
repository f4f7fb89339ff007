namespace AdmissionGuard.Tools.Capsule;

/// <summary>How Capsule handles a change of tenants, by its version.</summary>
/// <remarks>Read from its source, and measured with 0.14.0.</remarks>
internal enum CapsuleBehavior
{
    /// <summary>Up to 0.11.2: it reverts changes by its users, and ignores other users.</summary>
    UsersOnly,

    /// <summary>0.12.0 to 0.12.4: it reverts changes by its users and administrators, and ignores other users.</summary>
    Undoing,

    /// <summary>0.13.0 to 0.13.9: it reverts changes by its users and administrators, and refuses everyone else.</summary>
    Closed,

    /// <summary>0.13.10 and newer: only its administrators may migrate.</summary>
    AdministratorsOnly,
}

/// <summary>The role of a user for Capsule.</summary>
internal enum CapsuleRole
{
    /// <summary>Neither of the others, or in one of the groups that it ignores.</summary>
    Unknown,

    /// <summary>One of its users, as tenant owners are.</summary>
    User,

    /// <summary>One of its administrators.</summary>
    Administrator,
}

/// <summary>The Capsule that is installed.</summary>
/// <param name="Description">Its version, as far as it is known.</param>
/// <param name="Possible">The possible behaviors.</param>
internal sealed record CapsuleVersion(string Description, params IReadOnlyList<CapsuleBehavior> Possible)
{
    /// <summary>The user name of its controller; empty if it could not be found out.</summary>
    public string Account { get; init; } = "";
}
