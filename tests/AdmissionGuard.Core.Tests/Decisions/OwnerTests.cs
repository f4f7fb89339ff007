using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using static AdmissionGuard.Core.Tests.Builders;
using static AdmissionGuard.Core.Tests.Deciding;

namespace AdmissionGuard.Core.Tests.Decisions;

/// <summary>Who counts as an owner, and what owners may.</summary>
public sealed class OwnerTests
{
    private static readonly GuardOptions MayMigrate = new() { OwnersMayMigrate = true };

    private readonly FakeCluster _cluster = new FakeCluster()
        .Live("oil", owners: new TenantOwner("User", "alice"))
        .Live("gas", owners: new TenantOwner("User", "alice"));

    [Fact]
    public async Task Owning_both_tenants_allows_a_move_only_where_that_is_chosen()
    {
        Denied(await MoveAsync(new GuardOptions()), DenyReason.Forbidden);
        Allowed(await MoveAsync(MayMigrate));
    }

    [Theory]
    [InlineData("oil")]
    [InlineData("gas")]
    public async Task Owning_one_of_the_two_does_not(string other)
    {
        _cluster.Live(other, owners: new TenantOwner("User", "bob"));

        Denied(await MoveAsync(MayMigrate), DenyReason.Forbidden);
    }

    [Fact]
    public async Task Owning_some_of_several_sources_does_not()
    {
        _cluster.Live("coal", owners: new TenantOwner("User", "bob"));

        Denied(await _cluster.DecideAsync(Ns("oil | oil,coal"), Ns("gas | oil,coal"), options: MayMigrate), DenyReason.Forbidden);
    }

    [Fact]
    public async Task An_owner_of_a_kind_unknown_is_nobody() =>
        Denied(
            await _cluster.Live("gas", owners: new TenantOwner("Robot", "alice")).DecideAsync(null, Ns("gas | -")),
            DenyReason.Forbidden);

    [Fact]
    public async Task It_is_about_moves_alone()
    {
        Denied(await _cluster.DecideAsync(Ns("- | -"), Ns("gas | -"), options: MayMigrate), DenyReason.Forbidden);
        Denied(await _cluster.DecideAsync(Ns("oil | oil"), Ns("- | -"), options: MayMigrate), DenyReason.Forbidden);
        Denied(await _cluster.Gone("oil").DecideAsync(Ns("oil | oil"), Ns("gas | oil"), options: MayMigrate), DenyReason.Forbidden);
    }

    [Fact]
    public async Task Administrators_of_Capsule_are_listed_among_the_owners_and_do_not_count()
    {
        _cluster.Capsule = new CapsuleLookup.Known(new CapsuleSettings { Administrators = [new("User", "alice")] });

        Denied(await MoveAsync(MayMigrate), DenyReason.Forbidden);
        Denied(await _cluster.DecideAsync(null, Ns("gas | -")), DenyReason.Forbidden);
    }

    [Theory]
    [InlineData(true, "", true)]
    [InlineData(false, "admin", true)]
    [InlineData(false, "capsule-namespace-deleter,view,admin", true)]
    [InlineData(false, "capsule-namespace-deleter,view", false)]
    [InlineData(false, "", false)]
    public async Task An_administrator_is_an_owner_by_spec_owners_or_by_a_cluster_role_that_not_all_administrators_have(
        bool isInSpec, string roles, bool isOwner)
    {
        var alice = new TenantOwner("User", "alice");
        _cluster.Capsule = new CapsuleLookup.Known(new CapsuleSettings
        {
            Administrators = [alice],
            AdministrationRoles = ["capsule-namespace-deleter", "view"],
        });
        _cluster.Live(new Tenant("gas", UidOf("gas"))
        {
            Owners = [new("User", "bob"), alice],
            SpecOwners = isInSpec ? [alice] : [],
            OwnerRoles =
            [
                (new("User", "bob"), "admin"),
                .. roles.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(role => (alice, role)),
            ],
        });

        Assert.Equal(isOwner, await _cluster.DecideAsync(null, Ns("gas | -")) is Verdict.Allow);
    }

    [Fact]
    public async Task The_role_that_Capsule_gives_administrators_by_default_makes_none_of_them_an_owner()
    {
        var alice = new TenantOwner("User", "alice");
        _cluster.Capsule = new CapsuleLookup.Known(new CapsuleSettings { Administrators = [alice] });
        _cluster.Live(new Tenant("gas", UidOf("gas")) { Owners = [alice], OwnerRoles = [(alice, "capsule-namespace-deleter")] });

        Denied(await _cluster.DecideAsync(null, Ns("gas | -")), DenyReason.Forbidden);
    }

    [Fact]
    public async Task Who_is_in_a_group_that_Capsule_ignores_is_no_owner()
    {
        _cluster.Capsule = new CapsuleLookup.Known(new CapsuleSettings { IgnoredGroups = ["ops"] });

        Denied(await _cluster.DecideAsync(null, Ns("gas | -"), user: User("alice", "ops")), DenyReason.Forbidden);
        Allowed(await _cluster.DecideAsync(null, Ns("gas | -"), user: User("alice", "dev")));
    }

    [Fact]
    public async Task An_administrators_group_leaves_the_owner_by_name_an_owner()
    {
        _cluster.Capsule = new CapsuleLookup.Known(new CapsuleSettings { Administrators = [new("Group", "admins"), new("User", "bob")] });

        Allowed(await _cluster.DecideAsync(null, Ns("gas | -"), user: User("alice", "admins")));
    }

    private Task<Verdict> MoveAsync(GuardOptions options) => _cluster.DecideAsync(Ns("oil | oil"), Ns("gas | oil"), options: options);
}
