using System.Collections.Immutable;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Tenancies;

namespace AdmissionGuard.Server.Configuration;

/// <summary>Every setting there is.</summary>
internal static class Settings
{
    private const int MaxShown = 256;

    /// <summary>The settings, in the order of the reference.</summary>
    public static ImmutableArray<Setting> All { get; } =
    [
        new Setting<EnforcementMode>(ValueKinds.Word(EnforcementMode.Enforce, EnforcementMode.Warn, EnforcementMode.Audit), o => o.Mode, (o, mode) => o with { Mode = mode })
        {
            Path = "mode",
            Summary = "What is done with a request that a right or a rule stands against: it is refused, or let pass as it came and warned of or only logged.",
        },
        OfTenant("labelKey", "The label on a namespace whose value is its tenant's name.", SettingSyntax.LabelKey, t => t.LabelKey, (t, text) => t with { LabelKey = text }),
        OfTenant("group", "The tenants' API group.", SettingSyntax.Group, t => t.Group, (t, text) => t with { Group = text }),
        OfTenant("version", "The API version that is read, and written into ownerReferences.", SettingSyntax.Version, t => t.Version, (t, text) => t with { Version = text }),
        OfTenant("kind", "The tenants' kind, as in an ownerReference.", SettingSyntax.Kind, t => t.Kind, (t, text) => t with { Kind = text }),
        OfTenant("plural", "The tenants' plural, as in RBAC.", SettingSyntax.Plural, t => t.Plural, (t, text) => t with { Plural = text }),
        new ListSetting<string>(
            ValueKinds.Of(SettingSyntax.Controller),
            o => o.TenantControllers,
            (o, users) => o with { TenantControllers = users })
        {
            Path = "tenant.controllers",
            Summary = "The user names, exact, of the tenants' own controllers. An update by one of them is never completed into a "
                + "migration, in any mode: it is answered 409 unless its label and ownerReference name one live tenant. The list takes "
                + "away, and grants nothing. The namespaces of the service accounts among them never go into a tenant.",
        },
        new Setting<string>(ValueKinds.Of(SettingSyntax.OptionalName), o => o.CapsuleConfiguration, (o, name) => o with { CapsuleConfiguration = name })
        {
            Path = "capsuleConfiguration",
            Summary = "The name of the CapsuleConfiguration that is heeded, where the tenants are Capsule's; empty for none. One that can't be read holds up every way into a tenant.",
        },
        OfVerbs("release", "The verb asked on the tenant that loses a namespace.", v => v.Release, (v, text) => v with { Release = text }),
        OfVerbs("adopt", "The verb asked on the tenant that gains a namespace.", v => v.Adopt, (v, text) => v with { Adopt = text }),
        OfVerbs("override", "The verb that lifts the rules: asked on the tenant that gains the namespace, or else on the one that loses it.", v => v.Override, (v, text) => v with { Override = text }),
        new ListSetting<string>(ValueKinds.Of(SettingSyntax.User), o => o.ExemptUsers.Order(StringComparer.Ordinal), (o, users) => o with { ExemptUsers = [.. users] })
        {
            Path = "exemptUsers",
            Summary = "Users, by their exact names, that need neither the verb release nor adopt. "
                + "The rules bind them, and to lift those takes the verb override.",
            Example = "system:serviceaccount:platform:provisioner",
        },
        new Setting<bool>(ValueKinds.Switch, o => o.OwnersMayMigrate, (o, may) => o with { OwnersMayMigrate = may })
        {
            Path = "ownersMayMigrate",
            Summary = "Whether who owns both tenants may move a namespace between them without the verbs.",
        },
        new ListSetting<string>(ValueKinds.Of(SettingSyntax.NamespacePattern), o => o.Policy.ProtectedNamespaces, (o, names) => o with { Policy = o.Policy with { ProtectedNamespaces = names } })
        {
            Path = "protectedNamespaces",
            Summary = "Namespaces that never go into a tenant: exact names, or prefixes that end in *. Those of the guard and of "
                + "tenant.controllers never do, whatever is listed here.",
        },
        new ListSetting<MaintenanceWindow>(ValueKinds.Window, o => o.Policy.MaintenanceWindows, (o, windows) => o with { Policy = o.Policy with { MaintenanceWindows = windows } })
        {
            Path = "maintenanceWindows",
            Summary = "When namespaces may change tenants: five cron fields for the start, how long, and the IANA time zone; always where there is none.",
            Example = "0 22 * * FRI for 4h in Europe/Berlin",
        },
        .. PolicyRules.All.Select(OfRule),
    ];

    /// <summary>What the settings of a group have in common, by the group's path.</summary>
    public static ImmutableDictionary<string, string> Groups { get; } = ImmutableDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["tenant"] = "What a tenant is. The defaults are Capsule's; whoever changes them changes deploy/base/rbac.yaml too.",
        ["verbs"] = "The verbs that a person needs on tenants, given by RBAC.",
        ["rules"] = "The rules: each refuses what breaks it (enforce), lets it pass with a warning (warn), or is not looked at (off).",
    });

    /// <summary>The settings that differ between two configurations, as <c>PATH=VALUE</c> of the second.</summary>
    public static IReadOnlyList<string> Changes(GuardOptions before, GuardOptions now) =>
    [
        .. All.Select(setting => (setting.Path, Before: Shown(setting, before), Now: Shown(setting, now)))
            .Where(each => each.Before != each.Now)
            .Select(each => $"{each.Path}={MessageText.Cut(each.Now, MaxShown)}"),
    ];

    /// <summary>The setting that a wrong path means, where that is plain: its last part is right but for the case.</summary>
    public static string? Nearest(string path)
    {
        var name = path[(path.LastIndexOf('.') + 1)..];
        return All.FirstOrDefault(setting => setting.Path[(setting.Path.LastIndexOf('.') + 1)..].Equals(name, StringComparison.OrdinalIgnoreCase))?.Path;
    }

    private static string Shown(Setting setting, GuardOptions options) => string.Join(';', setting.Show(options));

    private static Setting<string> OfTenant(string name, string summary, SettingSyntax syntax, Func<TenantKind, string> get, Func<TenantKind, string, TenantKind> set) =>
        new(ValueKinds.Of(syntax), o => get(o.Tenant), (o, text) => o with { Tenant = set(o.Tenant, text) }) { Path = $"tenant.{name}", Summary = summary };

    private static Setting<string> OfVerbs(string name, string summary, Func<Verbs, string> get, Func<Verbs, string, Verbs> set) =>
        new(ValueKinds.Of(SettingSyntax.Verb), o => get(o.Verbs), (o, text) => o with { Verbs = set(o.Verbs, text) }) { Path = $"verbs.{name}", Summary = summary };

    private static Setting<RuleMode> OfRule(IPolicyRule rule) => new(
        ValueKinds.Word(RuleMode.Enforce, RuleMode.Warn, RuleMode.Off),
        o => o.Policy.ModeOf(rule),
        (o, mode) => o with { Policy = o.Policy with { Modes = o.Policy.Modes.SetItem(rule.Name, mode) } })
    {
        Path = $"rules.{rule.Name}",
        Summary = rule.Summary,
    };
}
