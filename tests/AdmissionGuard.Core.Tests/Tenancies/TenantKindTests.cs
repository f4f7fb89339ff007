using AdmissionGuard.Core.Tenancies;

namespace AdmissionGuard.Core.Tests.Tenancies;

public sealed class TenantKindTests
{
    [Fact]
    public void References_to_tenants_have_the_group_and_the_kind_whatever_the_version()
    {
        OwnerReference[] owners =
        [
            new("capsule.clastix.io/v1beta1", "Tenant", "oil", "u1"),
            new("capsule.clastix.io/v1beta2", "ResourcePool", "oil", "u2"),
            new("v1", "Tenant", "oil", "u3"),
            new("capsule.clastix.io.example.com/v1", "Tenant", "oil", "u4"),
            new("capsule.clastix.io/v1beta2", "Tenant", "gas", ""),
        ];

        Assert.Equal(
            [new(0, "capsule.clastix.io/v1beta1", "oil", "u1"), new(4, "capsule.clastix.io/v1beta2", "gas", "")],
            new TenantKind().ReferencesIn(owners));
    }

    [Fact]
    public void A_path_contains_the_escaped_name() =>
        Assert.Equal("apis/capsule.clastix.io/v1beta2/tenants/a%2Fb", new TenantKind().PathOf("a/b"));

    // A failed assertion shows references, and so may a log.
    [Fact]
    public void A_reference_has_a_text() =>
        Assert.Contains("Name = oil", new TenantReference(0, "v1", "oil", "u1").ToString(), StringComparison.Ordinal);
}
