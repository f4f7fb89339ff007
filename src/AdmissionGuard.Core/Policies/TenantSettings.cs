using AdmissionGuard.Core.Capsule;

namespace AdmissionGuard.Core.Policies;

/// <summary>Looks at what a tenant says of policy, before a rule stumbles over it.</summary>
public static class TenantSettings
{
    /// <summary>What can't be read, and so refuses every namespace that it is asked about.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <returns>One text each.</returns>
    public static IEnumerable<string> Unreadable(Tenant tenant)
    {
        if (Error(tenant.MaintenanceWindows) is { } words)
        {
            yield return $"its annotation {Tenant.WindowsAnnotation} can't be read: {words}";
        }

        foreach (var (what, pattern) in Patterns(tenant).Where(each => TenantPattern.TryRead(each.Pattern) is null))
        {
            yield return $"{what} by a pattern that can't be read, {MessageText.Quote(pattern)}";
        }
    }

    /// <summary>What of the CapsuleConfiguration can't be read, and so refuses every way into a tenant.</summary>
    /// <param name="capsule">What the CapsuleConfiguration says.</param>
    /// <returns>What it is; <see langword="null"/> where all can be read.</returns>
    public static string? Unreadable(CapsuleSettings capsule) => TenantPattern.TryRead(capsule.ProtectedNamespaces) is null
        ? $"its pattern for protected namespaces (spec.protectedNamespaceRegex) can't be read, {MessageText.Quote(capsule.ProtectedNamespaces)}"
        : null;

    private static string? Error(string windows)
    {
        try
        {
            MaintenanceWindow.ParseAll(windows);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    private static IEnumerable<(string What, string Pattern)> Patterns(Tenant tenant) =>
    [
        ("it forbids labels", tenant.ForbiddenLabels.Pattern),
        ("it forbids annotations", tenant.ForbiddenAnnotations.Pattern),
        .. tenant.RequiredLabels.Select(each => ($"it requires the label {MessageText.Quote(each.Key)}", each.Value)),
        .. tenant.RequiredAnnotations.Select(each => ($"it requires the annotation {MessageText.Quote(each.Key)}", each.Value)),
    ];
}
