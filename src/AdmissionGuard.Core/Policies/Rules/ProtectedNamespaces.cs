using AdmissionGuard.Core.Capsule;

namespace AdmissionGuard.Core.Policies.Rules;

/// <summary>Namespaces that can't be part of a tenant: the cluster's own, Capsule's and the guard's.</summary>
internal sealed class ProtectedNamespaces : IPolicyRule
{
    private const string RuleName = "protectedNamespaces";

    public string Name => RuleName;

    public string Summary =>
        "The namespace is not protected (by `protectedNamespaces`, or by `spec.protectedNamespaceRegex` of the "
        + "CapsuleConfiguration).";

    public RuleScope Scope => RuleScope.EveryEntry;

    public RuleMode DefaultMode => RuleMode.Enforce;

    public IEnumerable<string> Check(PolicyContext context) =>
        (OfGuard(context), OfCapsule(context.Capsule.ProtectedNamespaces, context.Name)) switch
    {
        (null, null) => [],
        ({ } only, null) => [only],
        (null, { } only) => [only],
        var (guard, capsule) => [guard, capsule],
    };

    /// <summary>The violation for a namespace that is protected regardless of the configuration.</summary>
    public static PolicyViolation OfSystem(string name) => new(
        RuleName,
        RuleMode.Enforce,
        $"AdmissionGuard or a tenant controller runs in namespace {MessageText.Quote(name)}, "
        + "which is protected in every mode and can't be part of a tenant; use another namespace");

    private static string? OfGuard(PolicyContext context)
    {
        foreach (var pattern in context.IsSystemNamespace ? [] : context.Options.ProtectedNamespaces)
        {
            if (Covers(pattern, context.Name))
            {
                return $"namespaces named {MessageText.Quote(pattern)} are protected and can't be part of a tenant; use another namespace";
            }
        }

        return null;
    }

    private static string? OfCapsule(string text, string name)
    {
        if (text.Length == 0)
        {
            return null;
        }

        if (TenantPattern.TryRead(text) is not { } pattern)
        {
            return "the CapsuleConfiguration's pattern for protected namespaces (spec.protectedNamespaceRegex) is invalid, "
                + $"{MessageText.Quote(text)}; fix it first";
        }

        return name.Length > 0 && pattern.Matches(name, orElse: true)
            ? $"the CapsuleConfiguration protects namespaces whose names match {MessageText.Quote(text)} (spec.protectedNamespaceRegex), "
                + "and they can't be part of a tenant; use another namespace"
            : null;
    }

    private static bool Covers(string pattern, string name) =>
        pattern.EndsWith('*') ? name.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal) : name == pattern;
}
