namespace AdmissionGuard.Core.Policies;

/// <summary>One rule: a small file of its own, and a line in <see cref="PolicyRules.All"/>.</summary>
public interface IPolicyRule
{
    /// <summary>Its name in configuration, messages and metrics.</summary>
    string Name { get; }

    /// <summary>What it requires, in one sentence for the reference.</summary>
    string Summary { get; }

    /// <summary>Which requests it applies to.</summary>
    RuleScope Scope { get; }

    /// <summary>Its mode if it is not configured.</summary>
    RuleMode DefaultMode { get; }

    /// <summary>The violations of the request: for each, the error and what to do next.</summary>
    /// <param name="context">The request and what it needs.</param>
    /// <returns>A phrase for each; none if the request complies.</returns>
    IEnumerable<string> Check(PolicyContext context);
}

/// <summary>Which requests a rule applies to. No rule applies to a repair.</summary>
public enum RuleScope
{
    /// <summary>Every change of an existing namespace: it migrates, is released, or is adopted.</summary>
    Change,

    /// <summary>Every adoption and move, and every creation except by an owner of the tenant, which Capsule checks.</summary>
    Entry,

    /// <summary>Every adoption, move and creation, without exception.</summary>
    EveryEntry,
}
