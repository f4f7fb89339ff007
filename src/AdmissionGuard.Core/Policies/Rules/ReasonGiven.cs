using AdmissionGuard.Core.Tenancies;

namespace AdmissionGuard.Core.Policies.Rules;

/// <summary>A reason is to be given, with the request that it is for.</summary>
internal sealed class ReasonGiven : IPolicyRule
{
    public string Name => "reasonGiven";

    public string Summary => $"A reason is given: `--field-manager='reason: CHG-1234'`, or the annotation `{ChangeReason.ReasonAnnotation}` changed by the same request.";

    public RuleScope Scope => RuleScope.Change;

    public RuleMode DefaultMode => RuleMode.Off;

    public IEnumerable<string> Check(PolicyContext rule)
    {
        if (rule.ChangeReason.Reason.Length > 0)
        {
            return [];
        }

        if (rule.Target is { Managed.RemovesOthers: true } target)
        {
            return
            [
                "no reason was given; add --field-manager='reason: WHY' to the kubectl command: "
                + $"tenant {MessageText.Quote(target.Name)} keeps no metadata but its own (managedMetadataOnly)",
            ];
        }

        var old = rule.Request.Received.ChangeReason.Reason.Length > 0 ? ", and the old one does not count" : "";
        return [$"no reason was given{old}; add --field-manager='reason: WHY' to the kubectl command, or change the annotation {ChangeReason.ReasonAnnotation} in the same request"];
    }
}
