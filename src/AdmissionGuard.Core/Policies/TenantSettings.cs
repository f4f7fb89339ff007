using AdmissionGuard.Core.Capsule;

namespace AdmissionGuard.Core.Policies;

/// <summary>Validates the policy settings of a tenant.</summary>
public static class TenantSettings
{
    /// <summary>The invalid settings, which refuse every namespace to which they apply.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <returns>One message each.</returns>
    public static IEnumerable<string> Unreadable(Tenant tenant)
    {
        if (Error(tenant.MaintenanceWindows) is { } words)
        {
            yield return $"its annotation {Tenant.WindowsAnnotation} is invalid: {words}";
        }

        foreach (var (what, pattern) in Patterns(tenant).Where(each => TenantPattern.TryRead(each.Pattern) is null))
        {
            yield return $"{what} by a pattern that is invalid, {MessageText.Quote(pattern)}";
        }
    }

    /// <summary>The invalid setting of the CapsuleConfiguration, which refuses every adoption, move and creation.</summary>
    /// <param name="capsule">The CapsuleConfiguration.</param>
    /// <returns>The error; <see langword="null"/> if it is valid.</returns>
    public static string? Unreadable(CapsuleSettings capsule) => TenantPattern.TryRead(capsule.ProtectedNamespaces) is null
        ? "its pattern for protected namespaces (spec.protectedNamespaceRegex) is invalid, "
            + $"{MessageText.Quote(capsule.ProtectedNamespaces)}"
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
