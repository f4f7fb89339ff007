using System.Collections.Immutable;

namespace AdmissionGuard.Core.Policies;

/// <summary>The operators' configuration of rules.</summary>
public sealed record PolicyOptions
{
    /// <summary>The modes chosen, by rule; every other rule has its own default.</summary>
    public ImmutableDictionary<string, RuleMode> Modes { get; init; } = ImmutableDictionary.Create<string, RuleMode>(
        StringComparer.Ordinal);

    /// <summary>Namespaces that can't be part of a tenant: exact names, or prefixes that end in <c>*</c>.</summary>
    public ImmutableArray<string> ProtectedNamespaces { get; init; } = ["kube-*", "default", "capsule-system", "admissionguard-system"];

    /// <summary>When namespaces may change tenants, for the whole cluster; always if there is none.</summary>
    public ImmutableArray<MaintenanceWindow> MaintenanceWindows { get; init; } = [];

    /// <summary>What a rule does if it is broken.</summary>
    /// <param name="rule">The rule.</param>
    /// <returns>The mode chosen for it, or else its own.</returns>
    public RuleMode ModeOf(IPolicyRule rule) => Modes.TryGetValue(rule.Name, out var mode) ? mode : rule.DefaultMode;
}
