using System.Collections.Immutable;
using AdmissionGuard.Core.Policies.Rules;

namespace AdmissionGuard.Core.Policies;

/// <summary>All rules, and what they find together.</summary>
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

    /// <summary>The most findings of one rule that are told: a Tenant can hold thousands of keys, and an answer should not.</summary>
    public const int MostWords = 5;

    /// <summary>What the rules find against a request; one that is off finds nothing.</summary>
    /// <param name="rule">The case.</param>
    /// <returns>The findings of every rule, not just the first: up to <see cref="MostWords"/> of each.</returns>
    public static ImmutableArray<PolicyViolation> Check(PolicyContext rule)
    {
        ImmutableArray<PolicyViolation> findings = [];
        foreach (var each in All)
        {
            if (rule.Options.ModeOf(each) is not RuleMode.Off and var mode && rule.IsWithin(each.Scope))
            {
                foreach (var words in each.Check(rule).Take(MostWords))
                {
                    findings = findings.Add(new PolicyViolation(each.Name, mode, words));
                }
            }
        }

        return findings;
    }
}

/// <summary>One thing that a rule found.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Mode">What it does about it.</param>
/// <param name="Words">What is wrong, and what to do next.</param>
public readonly record struct PolicyViolation(string Rule, RuleMode Mode, string Words);
