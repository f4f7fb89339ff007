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
    public void The_two_marks_together_have_a_state(string marks, TenancyState state) => Assert.Equal(state, Marks(marks).Tenancy.State);

    [Theory]
    [InlineData("a", true)]
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
