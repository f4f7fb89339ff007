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
    /// <param name="rule">The case.</param>
    /// <returns>The violations of every rule, not only of the first: up to <see cref="MaxViolations"/> of each.</returns>
    public static ImmutableArray<PolicyViolation> Check(PolicyContext rule)
    {
        ImmutableArray<PolicyViolation> findings = [];
        foreach (var each in All)
        {
            if (rule.Options.ModeOf(each) is not RuleMode.Off and var mode && rule.IsWithin(each.Scope))
            {
                foreach (var words in each.Check(rule).Take(MaxViolations))
                {
                    findings = findings.Add(new PolicyViolation(each.Name, mode, words));
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
