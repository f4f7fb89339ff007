using System.Collections.Immutable;

namespace AdmissionGuard.Core.Policies;

/// <summary>Namespaces that never go into a tenant: the cluster's own, Capsule's and the guard's.</summary>
/// <param name="patterns">Exact names, or prefixes that end in <c>*</c>.</param>
public sealed class ProtectedNamespaces(ImmutableArray<string> patterns)
{
    /// <summary>The patterns that hold where nothing else is said.</summary>
    public static ImmutableArray<string> Defaults { get; } = ["kube-*", "default", "capsule-system", "admissionguard-system"];

    /// <summary>The pattern that protects a namespace.</summary>
    /// <param name="name">The namespace's name; empty where the API server has yet to generate it, which nothing protects.</param>
    /// <returns>The pattern, or <see langword="null"/>.</returns>
    public string? PatternFor(string name) => patterns.FirstOrDefault(pattern =>
        pattern.EndsWith('*') ? name.StartsWith(pattern[..^1], StringComparison.Ordinal) : name == pattern);
}
