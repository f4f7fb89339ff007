namespace AdmissionGuard.Core.Policies.Rules;

/// <summary>A cordoned tenant accepts no namespaces.</summary>
internal sealed class TargetCordoned : IPolicyRule
{
    public string Name => "targetCordoned";

    public string Summary => "The tenant that gains the namespace is not cordoned (`spec.cordoned`).";

    public RuleScope Scope => RuleScope.Entry;

    public RuleMode DefaultMode => RuleMode.Enforce;

    public IEnumerable<string> Check(PolicyContext context) => context.Target is { IsCordoned: true } target
        ? [$"tenant {MessageText.Quote(target.Name)} is cordoned and accepts no namespaces; uncordon it first (spec.cordoned)"]
        : [];
}
