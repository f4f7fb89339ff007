namespace AdmissionGuard.Tools.Capsule;

/// <summary>How Capsule treats a change of tenants, by its version.</summary>
/// <remarks>Read from its source, and measured with 0.14.0.</remarks>
internal enum CapsuleBehavior
{
    /// <summary>Up to 0.11.2: it looks at its own users only, and undoes what they do.</summary>
    UsersOnly,

    /// <summary>0.12.0 to 0.12.4: it undoes what its users and administrators do, and looks at nobody else.</summary>
    Undoing,

    /// <summary>0.13.0 to 0.13.9: it undoes what its users and administrators do, and refuses everybody else.</summary>
    Closed,

    /// <summary>0.13.10 and newer: its administrators may migrate, and nobody else.</summary>
    AdministratorsOnly,
}

/// <summary>What somebody is to Capsule.</summary>
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
/// <param name="Words">Its version, as far as it is known.</param>
/// <param name="Possible">The regimes that this may be.</param>
internal sealed record CapsuleVersion(string Words, params IReadOnlyList<CapsuleBehavior> Possible)
{
    /// <summary>The user name of its controller; empty where it could not be found out.</summary>
    public string Account { get; init; } = "";
}
