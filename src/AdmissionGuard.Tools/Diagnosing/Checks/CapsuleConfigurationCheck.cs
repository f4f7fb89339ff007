using System.Text.Json;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Tenants;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>Capsule's own configuration can be read: one that can't holds up every way into a tenant.</summary>
internal sealed class CapsuleConfigurationCheck : IDoctorCheck
{
    public string Name => "capsule-configuration";

    public string Summary => "The CapsuleConfiguration can be read.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        if (CapsuleConfigurationReference.Of((await context.Configuration).Options) is not { Name: var name })
        {
            return [CheckResult.Ok("none is heeded")];
        }

        return await context.CapsuleConfiguration switch
        {
            ReadResult<JsonObject>.Found read => [Of(read.Value, name)],
            ReadResult<JsonObject>.NotFound when await context.Capsule is null => [CheckResult.Ok("there is none")],
            ReadResult<JsonObject>.NotFound => [CheckResult.Warning($"there is no CapsuleConfiguration {name}, though Capsule is installed", new Remediation("name the one that it reads in the guard's configuration (capsuleConfiguration):", "kubectl get capsuleconfigurations"))],
            var failed => UnreadableResult.Of($"the CapsuleConfiguration {name}", failed),
        };
    }

    private static CheckResult Of(JsonObject configuration, string name)
    {
        try
        {
            return TenantSettings.Unreadable(CapsuleObjects.ReadConfiguration(configuration)) is { } words
                ? CheckResult.Failed($"CapsuleConfiguration {name}: {words}; that refuses every way into a tenant", FixOf(name))
                : CheckResult.Ok($"CapsuleConfiguration {name} can be read");
        }
        catch (JsonException e)
        {
            var words = $"its field {e.Path} is not of the kind that is expected there";
            return CheckResult.Failed($"CapsuleConfiguration {name}: {words}", FixOf(name));
        }
    }

    private static Remediation FixOf(string name) => new("correct it:", $"kubectl edit capsuleconfiguration {name}");
}
