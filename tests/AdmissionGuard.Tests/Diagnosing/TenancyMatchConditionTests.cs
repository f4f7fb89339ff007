using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Tools.Diagnosing.Webhooks;
using AdmissionGuard.Tools.Manifests;
using YamlDotNet.RepresentationModel;

namespace AdmissionGuard.Tests.Diagnosing;

/// <summary>The matchCondition that the doctor knows is the one that <c>deploy/components/match-conditions</c> installs.</summary>
public sealed class TenancyMatchConditionTests
{
    [Fact]
    public void Comments_and_spaces_make_no_difference_and_all_else_does()
    {
        var expression = OfComponent();

        Assert.True(
            TenancyMatchCondition.Is($"// Another comment.\n{expression.Replace("\n", "\n\n   ", StringComparison.Ordinal)}", new TenantKind()));
        Assert.False(
            TenancyMatchCondition.Is(expression.Replace("oldObject == null", "oldObject != null", StringComparison.Ordinal), new TenantKind()));
        Assert.False(TenancyMatchCondition.Is("", new TenantKind()));
    }

    [Fact]
    public void For_another_kind_of_tenant_it_names_that_one()
    {
        var kind = new TenantKind { LabelKey = "example.com/team", Group = "example.com", Kind = "Team" };

        Assert.False(TenancyMatchCondition.Is(OfComponent(), kind));
        Assert.True(TenancyMatchCondition.Is(
            OfComponent()
                .Replace("capsule.clastix.io/tenant", kind.LabelKey, StringComparison.Ordinal)
                .Replace("'capsule.clastix.io/'", "'example.com/'", StringComparison.Ordinal)
                .Replace("'Tenant'", "'Team'", StringComparison.Ordinal),
            kind));
    }

    private static string OfComponent()
    {
        var yaml = new YamlStream();
        using var reader = new StreamReader(Repository.File("deploy", "components", "match-conditions", "webhooks.yaml"));
        yaml.Load(reader);
        return (string)new YamlToJson().Convert(yaml.Documents[0].RootNode)!["webhooks"]![0]!["matchConditions"]![0]!["expression"]!;
    }
}
