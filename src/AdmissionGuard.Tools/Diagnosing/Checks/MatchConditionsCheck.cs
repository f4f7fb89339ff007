using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>An outage of the guard does not block edits that do not affect tenancy, if the API server supports it.</summary>
internal sealed class MatchConditionsCheck : IDoctorCheck
{
    public string Name => "match-conditions";

    public string Summary => "The validator has the `matchConditions` of `deploy/components/match-conditions` "
        + "(Kubernetes 1.28 and newer), and no others.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        if (await context.WebhookAsync(ExpectedWebhook.Validator) is not { } webhook || await context.MinorAsync() is not { } minor)
        {
            return [];
        }

        // The expression names the tenants. If they are not known, the check of the configuration reports it.
        if (!(await context.Configuration).IsKnown)
        {
            return [];
        }

        var (tenant, installation) = ((await context.Configuration).Options.Tenant, await context.Installation);
        var unknown = TenancyMatchCondition.UnknownOf(webhook, tenant);
        return (unknown, webhook.Node.At("matchConditions").Items().Any(), minor) switch
        {
            ([_, ..], _, _) => [CheckResult.Failed(
                $"the validator has matchConditions ({string.Join(", ", unknown)}) that are not those for {tenant.Resource}: "
                + "requests that they exclude are not checked",
                new Remediation(
                    "replace them with those of deploy/components/match-conditions/webhooks.yaml for your tenants:",
                    webhook.Patch([webhook.Change("matchConditions", TenancyMatchCondition.Conditions(tenant))])))],
            (_, true, _) => [CheckResult.Ok("the validator is called only for requests that affect tenancy")],
            (_, _, < TenancyMatchCondition.FirstMinor) =>
                [
                    CheckResult.Ok(
                        $"not available before Kubernetes 1.{TenancyMatchCondition.FirstMinor}: while the guard is down, every write to a "
                            + "namespace is refused"),
                ],
            _ => [CheckResult.Warning(
                "the validator has no matchConditions: while the guard is down, every write to a namespace is refused, "
                + "even if it does not affect tenancy",
                Restoration.Adding(
                    installation,
                    "match-conditions",
                    "matchConditions.enabled=true",
                    webhook.Patch([webhook.Change("matchConditions", TenancyMatchCondition.Conditions(tenant))])))],
        };
    }
}
