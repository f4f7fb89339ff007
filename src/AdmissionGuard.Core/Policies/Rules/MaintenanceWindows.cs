using System.Collections.Immutable;
using AdmissionGuard.Core.Capsule;

namespace AdmissionGuard.Core.Policies.Rules;

/// <summary>The maintenance windows of the cluster and of every tenant involved are open.</summary>
internal sealed class MaintenanceWindows : IPolicyRule
{
    public string Name => "maintenanceWindows";

    public string Summary =>
        "A maintenance window is open: one of the cluster's (`maintenanceWindows`) and one of each tenant involved (annotation "
            + $"`{Tenant.WindowsAnnotation}`), where any are configured.";

    public RuleScope Scope => RuleScope.Change;

    public RuleMode DefaultMode => RuleMode.Enforce;

    public IEnumerable<string> Check(PolicyContext context) =>
        context.Options.MaintenanceWindows is []
            && context.Target is null or { MaintenanceWindows: "" }
            && context.Sources.All(static source => source.MaintenanceWindows.Length == 0)
            ? []
            : ClosedOnes(context);

    private static IEnumerable<string> ClosedOnes(PolicyContext context)
    {
        if (Closed("this cluster", context.Options.MaintenanceWindows, context.Now) is { } cluster)
        {
            yield return cluster;
        }

        foreach (var tenant in context.Target is { } target ? context.Sources.Add(target) : context.Sources)
        {
            if (OfTenant(tenant, context.Now) is { } words)
            {
                yield return words;
            }
        }
    }

    private static string? OfTenant(Tenant tenant, DateTimeOffset now)
    {
        try
        {
            return Closed($"tenant {MessageText.Quote(tenant.Name)}", MaintenanceWindow.ParseAll(tenant.MaintenanceWindows), now);
        }
        catch (FormatException e)
        {
            return $"tenant {MessageText.Quote(tenant.Name)} has an annotation {Tenant.WindowsAnnotation} that is invalid: {e.Message}; "
                + "fix it first";
        }
    }

    private static string? Closed(string whose, ImmutableArray<MaintenanceWindow> windows, DateTimeOffset now)
    {
        if (windows is [] || windows.Any(window => window.IsOpenAt(now)))
        {
            return null;
        }

        var next = windows
            .Select(window => (Window: window, Opens: window.NextOpening(now)))
            .Where(each => each.Opens is not null)
            .OrderBy(each => each.Opens)
            .Select(each => $"the next one opens {each.Window.Show(each.Opens!.Value)}; try again then")
            .FirstOrDefault("none of them will open again; configure another one first");
        return $"no maintenance window of {whose} is open, {next}";
    }
}
