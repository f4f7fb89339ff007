using System.Collections.Immutable;
using AdmissionGuard.Core.Policies.Rules;

namespace AdmissionGuard.Core.Policies;

/// <summary>All rules, and their combined result.</summary>
public static class PolicyRules
{
    /// <summary>Every rule there is.</summary>
    public static ImmutableArray<IPolicyRule> All { get; } =
    [
        new MaintenanceWindows(),
        new ReasonGiven(),
        new SourceCordoned(),
        new TargetCordoned(),
        new NamespaceQuota(),
        new TenantPrefix(),
        new ForbiddenMetadata(),
        new RequiredMetadata(),
        new ProtectedNamespaces(),
    ];

    /// <summary>The maximum number of reported violations of one rule: a Tenant can contain thousands of keys.</summary>
    public const int MaxViolations = 5;

    /// <summary>The violations of a request; a rule that is off finds none.</summary>
    /// <param name="context">The request and what it needs.</param>
    /// <returns>The violations of every rule, not only of the first: up to <see cref="MaxViolations"/> of each.</returns>
    public static ImmutableArray<PolicyViolation> Check(PolicyContext context)
    {
        ImmutableArray<PolicyViolation> findings = [];
        foreach (var rule in All)
        {
            if (context.Options.ModeOf(rule) is not RuleMode.Off and var mode && context.IsWithin(rule.Scope))
            {
                foreach (var message in rule.Check(context).Take(MaxViolations))
                {
                    findings = findings.Add(new PolicyViolation(rule.Name, mode, message));
                }
            }
        }

        return findings;
    }
}

/// <summary>One violation of a rule.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Mode">The mode of the rule.</param>
/// <param name="Message">The error, and what to do next.</param>
public readonly record struct PolicyViolation(string Rule, RuleMode Mode, string Message);
