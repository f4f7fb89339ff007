using System.Collections.Immutable;

namespace AdmissionGuard.Core.Decisions;

/// <summary>
/// The namespaces in which the guard and the tenant controllers run. The owner of the tenant of such a namespace could
/// change what runs there, so it can't be part of a tenant, in any mode and by any override.
/// </summary>
public static class SystemNamespaces
{
    private const string ServiceAccountPrefix = "system:serviceaccount:";

    /// <summary>Whether a namespace is one of them.</summary>
    /// <param name="name">Its name; empty if it is yet to be generated.</param>
    /// <param name="options">The operators' configuration.</param>
    /// <returns><see langword="true"/> if it is.</returns>
    public static bool Include(string name, GuardOptions options)
    {
        if (name.Length == 0 || name == options.OwnNamespace)
        {
            return name.Length > 0;
        }

        foreach (var user in options.TenantControllers)
        {
            if (NamespaceOf(user).SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Their names.</summary>
    /// <param name="options">The operators' configuration.</param>
    /// <returns>The guard's own first, then those of the tenants' controllers, each once.</returns>
    public static ImmutableArray<string> Of(GuardOptions options) =>
        [.. options.TenantControllers.Select(user => NamespaceOf(user).ToString()).Where(name => name.Length > 0)
            .Prepend(options.OwnNamespace).Distinct(StringComparer.Ordinal)];

    /// <summary>The namespace of a service account; empty for another user.</summary>
    private static ReadOnlySpan<char> NamespaceOf(string user) =>
        user.StartsWith(ServiceAccountPrefix, StringComparison.Ordinal)
        && user.IndexOf(':', ServiceAccountPrefix.Length) is > 0 and var end
            ? user.AsSpan(ServiceAccountPrefix.Length..end)
            : [];
}
