using AdmissionGuard.Core.Tenancies;
using static AdmissionGuard.Core.Tests.Builders;

namespace AdmissionGuard.Core.Tests.Tenancies;

public sealed class TenancyTests
{
    [Theory]
    [InlineData("- | -", TenancyState.None)]
    [InlineData("'' | -", TenancyState.None)]
    [InlineData("oil | oil", TenancyState.Bound)]
    [InlineData("oil | -", TenancyState.LabelOnly)]
    [InlineData("- | oil", TenancyState.OwnerOnly)]
    [InlineData("'' | oil", TenancyState.OwnerOnly)]
    [InlineData("oil | gas", TenancyState.Conflicting)]
    [InlineData("oil | oil,oil=other", TenancyState.Conflicting)]
    [InlineData("- | oil,gas", TenancyState.Conflicting)]
    public void The_two_marks_together_have_a_state(string tenancy, TenancyState state) =>
        Assert.Equal(state, Ns(tenancy).Tenancy.State);

    [Theory]
    [InlineData("- | -", ResolvedTenancyState.None)]
    [InlineData("oil | oil=live", ResolvedTenancyState.Consistent)]
    [InlineData("oil | oil=older", ResolvedTenancyState.StaleUid)]
    [InlineData("oil | oil=", ResolvedTenancyState.StaleUid)]
    [InlineData("ghost | ghost=live", ResolvedTenancyState.UnknownTenant)]
    [InlineData("oil | -", ResolvedTenancyState.LabelOnly)]
    [InlineData("- | oil=live", ResolvedTenancyState.OwnerOnly)]
    [InlineData("- | oil=older", ResolvedTenancyState.StaleUid)]
    [InlineData("- | ghost=live", ResolvedTenancyState.UnknownTenant)]
    [InlineData("oil | oil=live,oil=older", ResolvedTenancyState.Conflicting)]
    [InlineData("oil | gas=live", ResolvedTenancyState.Conflicting)]
    [InlineData("oil | ghost=live,gas=live", ResolvedTenancyState.Conflicting)]
    [InlineData("gas | oil=older", ResolvedTenancyState.StaleUid)]
    [InlineData("oil | oil=older,gas=older", ResolvedTenancyState.StaleUid)]
    [InlineData("oil | ghost=live,gas=older", ResolvedTenancyState.StaleUid)]
    [InlineData("oil | ghost=live", ResolvedTenancyState.UnknownTenant)]
    [InlineData("- | ghost=live,other=live", ResolvedTenancyState.UnknownTenant)]
    public void Beside_the_tenants_that_live_the_label_and_the_reference_are_consistent_or_the_worst_of_them_is_told(
        string tenancy, ResolvedTenancyState state) =>
        Assert.Equal(state, Ns(tenancy).Tenancy.Resolve(tenant => tenant is "oil" or "gas" ? "live" : null));

    [Theory]
    [InlineData("oil,gas", "gas,oil", true)]
    [InlineData("oil=1,oil=2", "oil=2,oil=1", true)]
    [InlineData("oil,gas", "oil,coal", false)]
    [InlineData("coal,gas", "oil,gas", false)]
    [InlineData("oil,oil,gas", "oil,gas,gas", false)]
    [InlineData("oil,gas", "oil,gas,coal", false)]
    [InlineData("oil=1@v1beta1,gas", "oil=1@v1beta2,gas", false)]
    public void References_are_the_same_in_whatever_order(string one, string other, bool same) =>
        Assert.Equal(same, Ns($"- | {one}").Tenancy.HasSameReferencesAs(Ns($"- | {other}").Tenancy));

    [Fact]
    public void Capsules_tenants_are_the_default() => Assert.Equal(
        ("capsule.clastix.io/tenant", "capsule.clastix.io/v1beta2", "Tenant", "tenants.capsule.clastix.io"),
        (new TenantKind().LabelKey, new TenantKind().ApiVersion, new TenantKind().Kind, new TenantKind().Resource));

    [Theory]
    [InlineData("a", true)]
    [InlineData("z", true)]
    [InlineData("0", true)]
    [InlineData("9", true)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("gas-2.eu", true)]
    [InlineData("", false)]
    [InlineData("a..b", false)]
    [InlineData("a.-b", false)]
    [InlineData("a-.b", false)]
    [InlineData("a_b", false)]
    [InlineData("ä", false)]
    public void A_tenants_name_is_a_DNS_1123_subdomain(string name, bool valid) => Assert.Equal(valid, TenantName.IsValid(name));

    [Fact]
    public void A_tenants_name_fits_a_label()
    {
        Assert.True(TenantName.IsValid(new string('a', 63)));
        Assert.False(TenantName.IsValid(new string('a', 64)));
    }
}
