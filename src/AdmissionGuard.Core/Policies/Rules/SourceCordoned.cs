using AdmissionGuard.Core.Capsule;

namespace AdmissionGuard.Core.Policies.Rules;

/// <summary>A cordoned tenant releases no namespaces.</summary>
internal sealed class SourceCordoned : IPolicyRule
{
    public string Name => "sourceCordoned";

    public string Summary => "The tenant that loses the namespace is not cordoned (`spec.cordoned`).";

    public RuleScope Scope => RuleScope.Change;

    public RuleMode DefaultMode => RuleMode.Enforce;

    public IEnumerable<string> Check(PolicyContext context) => context.Sources.Any(static source => source.IsCordoned)
        ? [.. context.Sources.Where(static source => source.IsCordoned).Select(MessageFor)]
        : [];

    private static string MessageFor(Tenant source) =>
        $"tenant {MessageText.Quote(source.Name)} is cordoned and releases no namespaces; uncordon it first (spec.cordoned)";
}
