using System.Collections.Immutable;
using AdmissionGuard.Core.Policies;
using CsCheck;

namespace AdmissionGuard.Tests.Properties;

/// <summary>Generates scenarios: likely ones often, odd ones too.</summary>
internal static class Scenarios
{
    private static readonly Gen<string> Tenant = Gen.OneOf("oil", "gas", "coal");
    private static readonly Gen<string> AnyTenant = Gen.Frequency(
        (12, Tenant), (1, Gen.OneOf("ghost", "../oil", "Oil", "oil\u001b[31m", "")));
    private static readonly Gen<string> Version = Gen.Frequency((5, Gen.Const("v1beta2")), (1, Gen.Const("v1beta1")));
    private static readonly Gen<string> UidWord = Gen.Frequency(
        (5, Gen.Const("live")), (1, Gen.Const("old")), (1, Gen.Const("typo")), (1, Gen.Const("")));

    private static readonly Gen<Owner> TenantOwner = Gen.Select(AnyTenant, UidWord, Version, Gen.Int[0, 3], (name, uid, version, flags) =>
        Owner.Tenant(name, uid is "live" or "old" ? $"{name}-{uid}" : uid, version, flags));

    private static readonly Gen<Owner> OtherOwner = Gen.Select(Gen.OneOf(
        "ConfigMap:v1",
        "Tenant:example.com/v1",
        "Tenant:capsule.clastix.io.example.com/v1"), Gen.OneOf("one", "two"), Gen.Int[0, 3], (kind, name, flags) =>
        new Owner(kind.Split(':')[1], kind.Split(':')[0], name, $"{name}-uid", flags));

    private static readonly Gen<Owner> SiblingOwner = Gen.OneOf("one", "two")
        .Select(name => new Owner("capsule.clastix.io/v1beta2", "ResourcePool", name, $"{name}-uid", 0));

    private static readonly Gen<Owner> AnyOwner = Gen.Frequency((8, TenantOwner), (4, OtherOwner), (1, SiblingOwner));

    private static readonly Gen<string?> AnyLabel = Gen.Frequency<string?>(
        (8, AnyTenant.Select(name => (string?)name)), (2, Gen.Const((string?)null)), (1, Gen.Const<string?>("")));

    private static readonly Gen<string> Words = Gen.Frequency(
        (6, Gen.Const("")), (2, Gen.OneOf("CHG-1", "CHG-2")), (1, Gen.String[0, 300]));

    private static readonly Gen<(string? Label, ImmutableArray<Owner> Owners)> Tenancies = Gen.Frequency(
        (2, OtherOwner.Array[0, 2].Select(others => ((string?)null, others.ToImmutableArray()))),
        (6, Gen.Select(Tenant, OtherOwner.Array[0, 2], OtherOwner.Array[0, 1], UidWord, Version, (name, before, after, uid, version) =>
            ((string?)name, ImmutableArray.Create(
                [.. before, Owner.Tenant(name, uid == "old" ? $"{name}-old" : $"{name}-live", version), .. after])))),
        (4, Gen.Select(AnyLabel, AnyOwner.Array[0, 3], (label, owners) => (label, owners.ToImmutableArray()))),
        // So many that they are not removed one by one.
        (1, Gen.Select(AnyLabel, AnyOwner.Array[9, 16], (label, owners) => (label, owners.ToImmutableArray()))));

    private static readonly Gen<Ns> Stored = Gen.Select(Tenancies, Words, Words, Gen.Bool, Gen.Int[0, 2], (tenancy, reason, why, others, shape) =>
        new Ns(tenancy.Label, tenancy.Owners, reason, why, others, shape));

    private static readonly Gen<(int Kind, int Place, Owner Owner)> OwnerEdit = Gen.Select(Gen.Int[0, 7], Gen.Int[0, 3], AnyOwner);

    private static readonly Gen<World> Worlds = Gen.Select(
        Gen.Select(TenantNamed("oil"), TenantNamed("gas"), TenantNamed("coal"), (oil, gas, coal) => ImmutableArray.Create(oil, gas, coal)),
        Gen.Frequency((3, Gen.Const(EnforcementMode.Enforce)), (1, Gen.Const(EnforcementMode.Warn)), (1, Gen.Const(EnforcementMode.Audit))),
        Gen.Frequency((2, Gen.Const(0)), (1, Gen.Int[0, (1 << 18) - 1])),
        Gen.Bool,
        Seldom(8),
        (tenants, mode, rules, owners, prefix) => new World(tenants, mode, rules, owners, prefix));

    private static readonly Gen<Asker> Askers = Gen.Select(
        Gen.Frequency((8, Gen.Const("alice")), (1, Gen.Const("eve\n\u001b[31m\"" + new string('x', 300)))),
        Gen.Frequency((2, Gen.Const(0x1FF)), (1, Gen.Const(0)), (4, Gen.Int[0, 0x1FF])),
        Seldom(12),
        Seldom(4),
        Seldom(4),
        (name, rights, exempt, administrator, ignored) => new Asker(name, rights, exempt, administrator, ignored));

    public static Gen<Scenario> All { get; } =
        from world in Worlds
        from asker in Askers
        from stored in Gen.Frequency((5, Stored.Select(ns => (Ns?)ns)), (1, Gen.Const((Ns?)null)))
        from received in ReceivedOf(stored)
        from dto in Gen.Select(
            Gen.Frequency(
                (8, Gen.Const("billing")),
                (1, Gen.OneOf("kube-system", "default", "gas-billing", new string('n', 63))),
                (1, Gen.Const(""))),
            Gen.Frequency((3, Gen.Const("705ab4f5-6393-11e8-b7cc-42010a800002")), (1, Gen.String[1, 40].Select(text => $"u\"{text}"))),
            Gen.Frequency((10, Gen.Const("")), (1, Gen.OneOf("status", "finalize"))),
            Seldom(16),
            Gen.Frequency(
                (4, Gen.Const("kubectl-label")),
                (1, Words.Select(words => $"reason: {words}")),
                (1, Words.Select(words => $"override: {words}"))))
        from after in Gen.Select(
            Gen.Frequency((3, Gen.Const(Meddling.None)), (1, Gen.Enum<Meddling>())),
            Tenant,
            Gen.Bool,
            Gen.Frequency((6, Gen.Const(Incident.None)), (1, Gen.Enum<Incident>())),
            Tenant)
        select new Scenario(
            world,
            asker,
            stored,
            received,
            stored is null || dto.Item1.Length > 0 ? dto.Item1 : "billing",
            dto.Item2,
            stored is null ? "" : dto.Item3,
            stored is not null && dto.Item4,
            dto.Item5,
            after.Item1,
            after.Item2,
            after.Item3,
            after.Item4,
            after.Item5);

    private static Gen<Ns> ReceivedOf(Ns? stored) => stored is null
        ? Stored
        : Gen.Select(
            Gen.Frequency((4, Gen.Const(stored.Label)), (4, AnyLabel)),
            Gen.Frequency((4, Gen.Const(Array.Empty<(int, int, Owner)>())), (4, OwnerEdit.Array[1, 2])),
            Gen.Frequency((3, Gen.Const(stored.Reason)), (1, Words)),
            Gen.Frequency((3, Gen.Const(stored.Override)), (1, Words)),
            (label, edits, reason, why) => stored with
            {
                Label = label,
                Owners = edits.Aggregate(stored.Owners, Edited),
                Reason = reason,
                Override = why,
            });

    private static ImmutableArray<Owner> Edited(ImmutableArray<Owner> owners, (int Kind, int Place, Owner Owner) edit)
    {
        var place = owners is [] ? 0 : edit.Place % owners.Length;
        return edit.Kind switch
        {
            0 => [edit.Owner],
            1 => [.. owners, edit.Owner],
            2 => [edit.Owner, .. owners],
            3 => [.. owners.Where(owner => !owner.IsTenant)],
            4 when owners is not [] => owners.RemoveAt(place),
            5 when owners is not [] => owners.SetItem(place, owners[place] with { Uid = edit.Owner.Uid }),
            6 when owners is not [] => owners.SetItem(place, edit.Owner),
            _ => [.. owners.Reverse()],
        };
    }

    private static Gen<ModelTenant> TenantNamed(string name) => Gen.Select(
        Gen.Frequency(
            (12, Gen.Const(TenantLife.Live)),
            (2, Gen.Const(TenantLife.Terminating)),
            (2, Gen.Const(TenantLife.Absent)),
            (1, Gen.Const(TenantLife.Unanswered)),
            (1, Gen.Const(TenantLife.NotServed))),
        Seldom(3),
        Gen.Select(
            Seldom(16),
            Gen.Frequency((12, Gen.Const((int?)null)), (1, Gen.OneOf<int?>(0, 5))),
            Gen.Frequency((12, Gen.Const((bool?)null)), (1, Gen.OneOf<bool?>(true, false)))),
        Gen.Select(Seldom(16), Seldom(16), Seldom(24)),
        (life, owned, settings, more) => new ModelTenant(
            name, life, owned, settings.Item1, settings.Item2, settings.Item3, more.Item1, more.Item2, more.Item3));

    private static Gen<bool> Seldom(int often) => Gen.Frequency((often - 1, Gen.Const(false)), (1, Gen.Const(true)));
}
