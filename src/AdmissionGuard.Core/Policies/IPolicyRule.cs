namespace AdmissionGuard.Core.Policies;

/// <summary>One rule: a small file of its own, and a line in <see cref="PolicyRules.All"/>.</summary>
public interface IPolicyRule
{
    /// <summary>Its name in configuration, messages and metrics.</summary>
    string Name { get; }

    /// <summary>What it asks, in one sentence for the reference.</summary>
    string Summary { get; }

    /// <summary>Which requests it is asked about.</summary>
    RuleScope Scope { get; }

    /// <summary>What it does where the configuration says nothing.</summary>
    RuleMode DefaultMode { get; }

    /// <summary>What stands against the request: for each thing, what is wrong and what to do next.</summary>
    /// <param name="rule">The case.</param>
    /// <returns>A phrase for each; none where the rule is kept.</returns>
    IEnumerable<string> Check(PolicyContext rule);
}

/// <summary>Which requests a rule is asked about. No rule is asked about a repair.</summary>
public enum RuleScope
{
    /// <summary>Every change of an existing namespace: it migrates, is released, or is adopted.</summary>
    Change,

    /// <summary>Every way into a tenant, except that owners create in their own: Capsule checks that.</summary>
    Entry,

    /// <summary>Every way into a tenant, without exception.</summary>
    EveryEntry,
}
