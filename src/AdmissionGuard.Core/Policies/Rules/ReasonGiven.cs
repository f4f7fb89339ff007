using AdmissionGuard.Core.Tenancies;

namespace AdmissionGuard.Core.Policies.Rules;

/// <summary>The request gives a reason.</summary>
internal sealed class ReasonGiven : IPolicyRule
{
    public string Name => "reasonGiven";

    public string Summary =>
        $"A reason is given: `--field-manager='reason: CHG-1234'`, or a change of the annotation `{ChangeReason.ReasonAnnotation}` in the "
            + "same request.";

    public RuleScope Scope => RuleScope.Change;

    public RuleMode DefaultMode => RuleMode.Off;

    public IEnumerable<string> Check(PolicyContext context)
    {
        if (context.ChangeReason.Reason.Length > 0)
        {
            return [];
        }

        if (context.Target is { Managed.RemovesOthers: true } target)
        {
            return
            [
                "no reason was given; add --field-manager='reason: WHY' to the kubectl command: "
                + $"tenant {MessageText.Quote(target.Name)} removes metadata that it does not manage (managedMetadataOnly)",
            ];
        }

        var old = context.Request.Received.ChangeReason.Reason.Length > 0 ? ", and the old one does not count" : "";
        return [
            $"no reason was given{old}; add --field-manager='reason: WHY' to the kubectl command, or change the annotation "
                + $"{ChangeReason.ReasonAnnotation} in the same request",
        ];
    }
}
