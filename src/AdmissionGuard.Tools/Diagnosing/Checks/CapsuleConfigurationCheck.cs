using System.Text.Json.Nodes;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Tenants;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>Capsule's own configuration is valid: an invalid one refuses every adoption, move and creation.</summary>
internal sealed class CapsuleConfigurationCheck : IDoctorCheck
{
    public string Name => "capsule-configuration";

    public string Summary => "The CapsuleConfiguration is valid.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        if (CapsuleConfigurationReference.Of((await context.Configuration).Options) is not { Name: var name })
        {
            return [CheckResult.Ok("none is used")];
        }

        return await context.CapsuleConfiguration switch
        {
            ReadResult<JsonObject>.Found read => [Of(read.Value, name)],
            ReadResult<JsonObject>.NotFound when await context.Capsule is null => [CheckResult.Ok("not found")],
            ReadResult<JsonObject>.NotFound =>
                [
                    CheckResult.Warning(
                        $"CapsuleConfiguration {name} not found, but Capsule is installed",
                        new Remediation(
                            "set capsuleConfiguration in the guard's configuration to the one that Capsule uses:",
                            "kubectl get capsuleconfigurations")),
                ],
            var failed => await UnreadableResult.OfAsync(context, $"the CapsuleConfiguration {name}", failed),
        };
    }

    private static CheckResult Of(JsonObject configuration, string name) => CapsuleObjects.ReadConfiguration(configuration) switch
    {
        TypedObject<CapsuleSettings>.Valid read when TenantSettings.Unreadable(read.Value) is { } words =>
            CheckResult.Failed(
                $"CapsuleConfiguration {name}: {words}; until it is fixed, no namespace can be added to a tenant", FixOf(name)),
        TypedObject<CapsuleSettings>.Valid => CheckResult.Ok($"CapsuleConfiguration {name} is valid"),
        var invalid => CheckResult.Failed($"CapsuleConfiguration {name}: {UnreadableResult.InvalidField(invalid)}", FixOf(name)),
    };

    private static Remediation FixOf(string name) => new("fix it:", $"kubectl edit capsuleconfiguration {name}");
}
