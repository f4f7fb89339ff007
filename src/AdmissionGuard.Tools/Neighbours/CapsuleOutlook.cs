using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Tools.Neighbours;

/// <summary>Says whether Capsule's own webhooks would let a change through that the guard completed.</summary>
internal static class CapsuleOutlook
{
    public static Outlook NotInstalled { get; } = new("not installed", IsAgainst: false);

    public static Outlook Unread(string what, string why) => new($"could not be found out: {what} could not be read ({why})", IsAgainst: false);

    /// <summary>In words, and whether every regime that this may be is against it.</summary>
    /// <param name="version">The Capsule that is installed.</param>
    /// <param name="user">The user's name.</param>
    /// <param name="standing">What the user is to it.</param>
    /// <param name="kind">What is asked.</param>
    public static Outlook Of(CapsuleVersion version, string user, Standing standing, TransitionKind kind)
    {
        var fates = version.Possible.Select(regime => FateOf(regime, standing, kind)).Distinct().ToList();
        var who = standing switch
        {
            Standing.Administrator => $"{user} is one of its administrators",
            Standing.User => $"{user} is one of its users and not one of its administrators",
            _ => $"{user} is not one of its administrators",
        };
        return fates switch
        {
            [Fate.Passes] => new Outlook($"{version.Words}: {who}, and would be let through", IsAgainst: false),
            [Fate.Refused] => new Outlook($"{version.Words}: {who}, and would be refused: {Refusal(kind)}", IsAgainst: true),
            [Fate.Undone] => new Outlook($"{version.Words}: {who}, and the change would be undone without a word", IsAgainst: true),
            _ => new Outlook($"{version.Words}: {who}; {string.Join("; ", version.Possible.Select(regime => $"{Name(regime)} {Words(FateOf(regime, standing, kind))}"))}", fates.TrueForAll(fate => fate is not Fate.Passes)),
        };
    }

    private static Fate FateOf(Regime regime, Standing standing, TransitionKind kind) => (regime, standing) switch
    {
        _ when kind is TransitionKind.Unchanged or TransitionKind.Repair => Fate.Passes,
        (Regime.AdministratorsOnly, Standing.Administrator) => Fate.Passes,
        // It fills in a namespace that is new to it, and holds on to one that it has.
        (Regime.Closed or Regime.Undoing, Standing.Administrator) => kind is TransitionKind.Adopt ? Fate.Passes : Fate.Undone,
        // Its mutator puts them back before its validator looks.
        (Regime.Closed, Standing.User) => kind is TransitionKind.Adopt ? Fate.Refused : Fate.Undone,
        (Regime.AdministratorsOnly or Regime.Closed, _) => Fate.Refused,
        (Regime.Undoing, Standing.Unknown) or (Regime.UsersOnly, not Standing.User) => Fate.Passes,
        _ => Fate.Undone,
    };

    private static string Refusal(TransitionKind kind) => kind switch
    {
        TransitionKind.Release => "namespace can not remove tenant ownership",
        TransitionKind.Adopt => "namespace can not be patched into a tenant",
        _ => "namespace can not be migrated between tenants",
    };

    private static string Name(Regime regime) => regime switch
    {
        Regime.UsersOnly => "up to 0.11.2",
        Regime.Undoing => "0.12.0 to 0.12.4",
        Regime.Closed => "0.13.0 to 0.13.9",
        _ => "0.13.10 and newer",
    };

    private static string Words(Fate fate) => fate switch
    {
        Fate.Passes => "let it through",
        Fate.Refused => "refuse it",
        _ => "undo it without a word",
    };

    private enum Fate
    {
        Passes,
        Undone,
        Refused,
    }
}
