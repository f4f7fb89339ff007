using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Integration.Tests.Hosting;

/// <summary>The namespace that <c>serve</c> runs in reaches the decision.</summary>
public sealed class OwnNamespaceTests
{
    [Theory]
    [InlineData("billing", false)]
    [InlineData("admissionguard-system", true)]
    public async Task The_guards_own_namespace_goes_into_no_tenant_whatever_is_configured(string own, bool isAllowed)
    {
        await using var api = await StubApiServer.StartAsync();
        await using var guard = await RunningGuard.StartAsync(
            api.Url,
            options: standard => standard with
            {
                Set = ["mode=audit", "protectedNamespaces=", "rules.protectedNamespaces=off"],
                Certificates = standard.Certificates with { Namespace = own },
            });

        var answer = await guard.AskAsync("mutate", Update(Namespace(null), Namespace("gas")));

        Assert.Equal(isAllowed, (bool?)answer["allowed"]);
        Assert.Equal(isAllowed ? null : 403, (int?)answer["status"]?["code"]);
    }
}
