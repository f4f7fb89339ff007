using System.Collections.Immutable;
using System.Globalization;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Policies;

namespace AdmissionGuard.Tests.Properties;

/// <summary>One ownerReference; the flags are two bits, <c>controller</c> and <c>blockOwnerDeletion</c>.</summary>
internal sealed record Owner(string ApiVersion, string Kind, string Name, string Uid, int Flags)
{
    public bool IsTenant => Kind == "Tenant" && ApiVersion.StartsWith("capsule.clastix.io/", StringComparison.Ordinal);

    public static Owner Tenant(string name, string uid, string version = "v1beta2", int flags = 0) =>
        new($"capsule.clastix.io/{version}", "Tenant", name, uid, flags);

    public override string ToString() => $"{Kind}:{Name}={Uid}@{ApiVersion}{(Flags == 0 ? "" : $"!{Flags}")}";
}

/// <summary>A namespace; the shape says how an empty map or list is written: left out, empty, or null.</summary>
internal sealed record Ns(string? Label, ImmutableArray<Owner> Owners, string Reason, string Override, bool HasOtherLabels, int Shape)
{
    public override string ToString() => $"[{Label ?? "-"} | {string.Join(", ", Owners)} reason={Reason} override={Override}]";
}

/// <summary>A tenant of the model, as it is when the request begins.</summary>
internal sealed record ModelTenant(
    string Name,
    TenantLife Life,
    bool IsOwned,
    bool IsCordoned,
    int? Quota,
    bool? ForcesPrefix,
    bool ForbidsLabel,
    bool RequiresLabel,
    bool HasClosedWindow);

internal enum TenantLife
{
    Live,
    Terminating,
    Absent,
    Unanswered,
    NotServed,
}

/// <summary>What another mutating webhook does to the object, after the guard's.</summary>
internal enum Meddling
{
    None,
    OtherLabel,
    RemovesLabel,
    WrongUid,
    DropsReferences,
    AddsTenant,
    AddsConfigMap,
}

/// <summary>What befalls a tenant between the two webhooks.</summary>
internal enum Incident
{
    None,
    Recreated,
    Deleted,
    Dying,
}

/// <summary>The user who sends the request: a permission for each verb and tenant is a bit.</summary>
internal sealed record Asker(string Name, int Rights, bool IsExempt, bool IsCapsuleAdministrator, bool IsInIgnoredGroup)
{
    public static readonly ImmutableArray<string> Verbs = ["release", "adopt", "override"];

    public bool Has(string verb, string tenant)
    {
        var (v, t) = (Verbs.IndexOf(verb), World.Names.IndexOf(tenant));
        return v >= 0 && t >= 0 && (Rights & (1 << ((v * World.Names.Length) + t))) != 0;
    }
}

/// <summary>The tenants and settings around a request.</summary>
internal sealed record World(
    ImmutableArray<ModelTenant> Tenants, EnforcementMode Mode, int RuleModes, bool OwnersMayMigrate, bool CapsuleForcesPrefix)
{
    public static readonly ImmutableArray<string> Names = ["oil", "gas", "coal"];

    public GuardOptions Options(Asker asker) => new()
    {
        Mode = Mode,
        OwnersMayMigrate = OwnersMayMigrate,
        ExemptUsers = asker.IsExempt ? [asker.Name] : [],
        Policy = new PolicyOptions { Modes = Modes() },
    };

    // A digit of base 4 a rule: its default, off, warn or enforce.
    private ImmutableDictionary<string, RuleMode> Modes()
    {
        var modes = ImmutableDictionary.CreateBuilder<string, RuleMode>(StringComparer.Ordinal);
        var rest = RuleModes;
        foreach (var rule in PolicyRules.All)
        {
            if (rest % 4 is > 0 and var mode)
            {
                modes[rule.Name] = (RuleMode)(mode - 1);
            }

            rest /= 4;
        }

        return modes.ToImmutable();
    }
}

/// <summary>One request and all around it.</summary>
internal sealed record Scenario(
    World World,
    Asker Asker,
    Ns? Stored,
    Ns Received,
    string NamespaceName,
    string ReviewUid,
    string SubResource,
    bool IsTerminating,
    string FieldManager,
    Meddling Meddling,
    string MeddledTenant,
    bool IsReinvoked,
    Incident Incident,
    string IncidentTenant)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {Stored?.ToString() ?? "(created)"}
        -> {Received} name={NamespaceName} sub={SubResource} terminating={IsTerminating} manager={FieldManager} uid={ReviewUid}
        {World.Mode} rules={World.RuleModes} ownersMayMigrate={World.OwnersMayMigrate} prefix={World.CapsuleForcesPrefix}
        {string.Join('\n', World.Tenants)}
        {Asker}
        {Meddling} {MeddledTenant} reinvoked={IsReinvoked} {Incident} {IncidentTenant}
        """);
}
