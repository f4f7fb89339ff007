using System.Text.Json;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Kubernetes.Tenants;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>Capsule's own configuration is valid: an invalid one refuses every adoption, move and creation.</summary>
internal sealed class CapsuleConfigurationCheck : IDoctorCheck
{
    private const string Capsule = "capsule.clastix.io";

    public string Name => "capsule-configuration";

    public string Summary => "The CapsuleConfiguration is valid.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        var guard = (await context.Configuration).Options;
        if (guard.Tenant.Group != Capsule || guard.CapsuleConfiguration.Length == 0)
        {
            return [CheckResult.Ok("none is used")];
        }

        var name = guard.CapsuleConfiguration;
        return await context.CapsuleConfiguration switch
        {
            Reading<JsonObject>.Read read => [Of(read.Value, name)],
            Reading<JsonObject>.Absent when await context.Capsule is null => [CheckResult.Ok("not found")],
            Reading<JsonObject>.Absent => [CheckResult.Warning($"CapsuleConfiguration {name} not found, but Capsule is installed", new Remediation("set capsuleConfiguration in the guard's configuration to the one that Capsule uses:", "kubectl get capsuleconfigurations"))],
            var failed => UnreadableResult.Of($"the CapsuleConfiguration {name}", failed),
        };
    }

    private static CheckResult Of(JsonObject configuration, string name)
    {
        try
        {
            return TenantSettings.Unreadable(CapsuleObjects.ReadConfiguration(configuration)) is { } words
                ? CheckResult.Failed($"CapsuleConfiguration {name}: {words}; until it is fixed, no namespace can be added to a tenant", FixOf(name))
                : CheckResult.Ok($"CapsuleConfiguration {name} is valid");
        }
        catch (JsonException e)
        {
            var words = $"its field {e.Path} has an unexpected type";
            return CheckResult.Failed($"CapsuleConfiguration {name}: {words}", FixOf(name));
        }
    }

    private static Remediation FixOf(string name) => new("fix it:", $"kubectl edit capsuleconfiguration {name}");
}
