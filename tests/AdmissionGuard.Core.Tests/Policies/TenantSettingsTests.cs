using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Policies;

namespace AdmissionGuard.Core.Tests.Policies;

public sealed class TenantSettingsTests
{
    [Fact]
    public void Of_a_tenant_that_says_nothing_of_policy_nothing_is_unreadable() =>
        Assert.Empty(TenantSettings.Unreadable(new Tenant("oil", "uid")));

    [Fact]
    public void What_can_be_read_is_not_told() => Assert.Empty(TenantSettings.Unreadable(new Tenant("oil", "uid")
    {
        MaintenanceWindows = "0 22 * * FRI for 4h in Europe/Berlin",
        ForbiddenLabels = new ForbiddenKeys(["team"], "^cost-.*$"),
        RequiredAnnotations = [KeyValuePair.Create("cost", "[0-9]+")],
    }));

    [Fact]
    public void Everything_that_can_not_be_read_is_told() => Assert.Equal(
        [
            "its annotation admissionguard.io/maintenance-windows is invalid: \"always\" is not CRON for DURATION in ZONE, as in 0 22 * * FRI for 4h in Europe/Berlin",
            "it forbids labels by a pattern that is invalid, \"(?!a)\"",
            "it forbids annotations by a pattern that is invalid, \"[b-\"",
            "it requires the label \"c\" by a pattern that is invalid, \"(c\"",
            "it requires the annotation \"d\" by a pattern that is invalid, \"d)\"",
        ],
        TenantSettings.Unreadable(new Tenant("oil", "uid")
        {
            MaintenanceWindows = "always",
            ForbiddenLabels = new ForbiddenKeys([], "(?!a)"),
            ForbiddenAnnotations = new ForbiddenKeys([], "[b-"),
            RequiredLabels = [KeyValuePair.Create("c", "(c")],
            RequiredAnnotations = [KeyValuePair.Create("d", "d)")],
        }));

    [Theory]
    [InlineData("", null)]
    [InlineData("-system$", null)]
    [InlineData("(?!a)", "its pattern for protected namespaces (spec.protectedNamespaceRegex) is invalid, \"(?!a)\"")]
    public void So_is_what_can_not_be_read_of_the_CapsuleConfiguration(string pattern, string? words) =>
        Assert.Equal(words, TenantSettings.Unreadable(new CapsuleSettings { ProtectedNamespaces = pattern }));
}
