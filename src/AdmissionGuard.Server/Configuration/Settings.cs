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
        new Setting<EnforcementMode>(
            ValueKinds.Word(EnforcementMode.Enforce, EnforcementMode.Warn, EnforcementMode.Audit),
            o => o.Mode,
            (o, mode) => o with { Mode = mode })
        {
            Path = "mode",
            Summary = "What happens to a request that lacks a permission or breaks a rule. `enforce` denies it; `warn` admits it "
                + "unmodified and returns a warning; `audit` admits it unmodified and only logs it.",
        },
        new Setting<WarningKinds>(
            ValueKinds.Word(WarningKinds.All, WarningKinds.Problems), o => o.Warnings, (o, kinds) => o with { Warnings = kinds })
        {
            Path = "warnings",
            Summary = "Which warnings an admitted request returns. `all` includes the confirmation that a namespace joins, leaves or "
                + "changes its tenant; `problems` are only those that a user should act on, so that `kubectl --warnings-as-errors` "
                + "accepts a change without problems.",
        },
        OfTenant(
            "labelKey",
            "The label on a namespace whose value is its tenant's name.",
            SettingSyntax.LabelKey,
            t => t.LabelKey,
            (t, text) => t with { LabelKey = text }),
        OfTenant("group", "The tenants' API group.", SettingSyntax.Group, t => t.Group, (t, text) => t with { Group = text }),
        OfTenant(
            "version",
            "The API version to read, and to write into ownerReferences.",
            SettingSyntax.Version,
            t => t.Version,
            (t, text) => t with { Version = text }),
        OfTenant(
            "kind",
            "The tenants' kind, as used in an ownerReference.",
            SettingSyntax.Kind,
            t => t.Kind,
            (t, text) => t with { Kind = text }),
        OfTenant(
            "plural",
            "The tenants' plural resource name, as used in RBAC.",
            SettingSyntax.Plural,
            t => t.Plural,
            (t, text) => t with { Plural = text }),
        new ListSetting<string>(
            ValueKinds.Of(SettingSyntax.Controller),
            o => o.TenantControllers,
            (o, users) => o with { TenantControllers = users })
        {
            Path = "tenant.controllers",
            Summary = "Exact user names of the controllers that manage the tenants. An update by one of them is never completed into a "
                + "migration, in any mode: it is answered with 409 unless its label and ownerReference name the same live tenant. The list "
                + "grants no permission. The namespaces of the service accounts in it can't be part of a tenant.",
        },
        new Setting<string>(
            ValueKinds.Of(SettingSyntax.OptionalName), o => o.CapsuleConfiguration, (o, name) => o with { CapsuleConfiguration = name })
        {
            Path = "capsuleConfiguration",
            Summary = "The name of the CapsuleConfiguration to use, if the tenants are Capsule's; empty for none. While it can't be read, "
                + "no namespace can be created in, adopted by or moved to a tenant.",
        },
        OfVerbs(
            "release",
            "The verb that is required on the tenant that loses a namespace.",
            v => v.Release,
            (v, text) => v with { Release = text }),
        OfVerbs(
            "adopt", "The verb that is required on the tenant that gains a namespace.", v => v.Adopt, (v, text) => v with { Adopt = text }),
        OfVerbs(
            "override",
            "The verb that is required to override the rules: on the tenant that gains the namespace, or else on the one that loses it.",
            v => v.Override,
            (v, text) => v with { Override = text }),
        new ListSetting<string>(
            ValueKinds.Of(SettingSyntax.User),
            o => o.ExemptUsers.Order(StringComparer.Ordinal),
            (o, users) => o with { ExemptUsers = [.. users] })
        {
            Path = "exemptUsers",
            Summary = "Exact names of users who need neither the verb release nor the verb adopt. "
                + "The rules still apply to them; overriding a rule requires the verb override.",
            Example = "system:serviceaccount:platform:provisioner",
        },
        new Setting<bool>(ValueKinds.Switch, o => o.OwnersMayMigrate, (o, may) => o with { OwnersMayMigrate = may })
        {
            Path = "ownersMayMigrate",
            Summary = "Whether a user who owns both tenants may move a namespace between them without the verbs.",
        },
        new ListSetting<string>(
            ValueKinds.Of(SettingSyntax.NamespacePattern),
            o => o.Policy.ProtectedNamespaces,
            (o, names) => o with { Policy = o.Policy with { ProtectedNamespaces = names } })
        {
            Path = "protectedNamespaces",
            Summary = "Namespaces that can't be part of a tenant: exact names, or prefixes that end in *. The namespaces of the guard "
                + "and of "
                + "tenant.controllers are always protected.",
        },
        new ListSetting<MaintenanceWindow>(
            ValueKinds.Window,
            o => o.Policy.MaintenanceWindows,
            (o, windows) => o with { Policy = o.Policy with { MaintenanceWindows = windows } })
        {
            Path = "maintenanceWindows",
            Summary = "When namespaces may change tenants: five cron fields for the start, a duration, and an IANA time zone. An empty "
                + "list allows changes at any time.",
            Example = "0 22 * * FRI for 4h in Europe/Berlin",
        },
        .. PolicyRules.All.Select(OfRule),
    ];

    /// <summary>What the settings of a group have in common, by the group's path.</summary>
    public static ImmutableDictionary<string, string> Groups { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["tenant"] = "What a tenant is. The defaults are Capsule's. If you change them, change deploy/base/rbac.yaml too.",
        ["verbs"] = "The verbs that a user needs on tenants, granted by RBAC.",
        ["rules"] = "The rules. A request that breaks a rule is denied (enforce) or admitted with a warning (warn); a rule can be turned "
            + "off (off).",
    }.ToImmutableDictionary(StringComparer.Ordinal);

    /// <summary>The settings that differ between two configurations, as <c>PATH=VALUE</c> of the second.</summary>
    public static IReadOnlyList<string> Changes(GuardOptions before, GuardOptions now) =>
    [
        .. All.Select(setting => (setting.Path, Before: Shown(setting, before), Now: Shown(setting, now)))
            .Where(each => each.Before != each.Now)
            .Select(each => $"{each.Path}={MessageText.Cut(each.Now, MaxShown)}"),
    ];

    /// <summary>The setting that was probably meant by an unknown path: its last part differs only in case.</summary>
    public static string? Nearest(string path)
    {
        var name = path[(path.LastIndexOf('.') + 1)..];
        return All.FirstOrDefault(
            setting => setting.Path[(setting.Path.LastIndexOf('.') + 1)..].Equals(name, StringComparison.OrdinalIgnoreCase))?.Path;
    }

    private static string Shown(Setting setting, GuardOptions options) => string.Join(';', setting.Show(options));

    private static Setting<string> OfTenant(
        string name, string summary, SettingSyntax syntax, Func<TenantKind, string> get, Func<TenantKind, string, TenantKind> set) =>
        new(
            ValueKinds.Of(syntax),
            o => get(o.Tenant),
            (o, text) => o with { Tenant = set(o.Tenant, text) }) { Path = $"tenant.{name}", Summary = summary };

    private static Setting<string> OfVerbs(string name, string summary, Func<Verbs, string> get, Func<Verbs, string, Verbs> set) =>
        new(
            ValueKinds.Of(SettingSyntax.Verb),
            o => get(o.Verbs),
            (o, text) => o with { Verbs = set(o.Verbs, text) }) { Path = $"verbs.{name}", Summary = summary };

    private static Setting<RuleMode> OfRule(IPolicyRule rule) => new(
        ValueKinds.Word(RuleMode.Enforce, RuleMode.Warn, RuleMode.Off),
        o => o.Policy.ModeOf(rule),
        (o, mode) => o with { Policy = o.Policy with { Modes = o.Policy.Modes.SetItem(rule.Name, mode) } })
    {
        Path = $"rules.{rule.Name}",
        Summary = rule.Summary,
    };
}
