using System.Collections.Immutable;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Policies;

namespace AdmissionGuard.Tools.Planning;

/// <summary>Reports for every window involved whether it is open, and when all are open at the same time.</summary>
internal static class NextMaintenanceWindow
{
    // Long enough for windows that overlap only once in four years.
    private const int MostOpenings = 2000;

    /// <summary>The lines; empty if there are no windows.</summary>
    public static ImmutableArray<string> Tell(ImmutableArray<MaintenanceWindow> ofCluster, IEnumerable<Tenant> tenants, DateTimeOffset now)
    {
        var (lines, sets) = (ImmutableArray.CreateBuilder<string>(), new List<ImmutableArray<MaintenanceWindow>>());
        Add("this cluster", ofCluster);
        foreach (var tenant in tenants)
        {
            try
            {
                Add($"tenant {MessageText.Quote(tenant.Name)}", MaintenanceWindow.ParseAll(tenant.MaintenanceWindows));
            }
            catch (FormatException e)
            {
                lines.Add($"tenant {MessageText.Quote(tenant.Name)}: invalid: {e.Message}");
            }
        }

        if (sets.Any(set => !IsOpen(set, now)))
        {
            lines.Add(
                Next(sets, now) is { } next
                    ? $"next: {sets[0][0].Show(next)}"
                    : "next: never, these windows are never open at the same time");
        }

        return lines.DrainToImmutable();

        void Add(string whose, ImmutableArray<MaintenanceWindow> windows)
        {
            if (windows is not [])
            {
                sets.Add(windows);
                lines.Add($"{whose}: {(IsOpen(windows, now) ? "open" : "closed")} ({string.Join("; ", windows)})");
            }
        }
    }

    /// <summary>The first moment in which one window of every set is open.</summary>
    public static DateTimeOffset? Next(IReadOnlyList<ImmutableArray<MaintenanceWindow>> sets, DateTimeOffset now)
    {
        for (var (time, step) = (now, 0); step < MostOpenings; step++)
        {
            var closed = sets.Where(set => !IsOpen(set, time)).ToList();
            if (closed is [])
            {
                return time;
            }

            // Before the last of them opens, they can't all be open.
            var openings = closed.Select(set => set.Min(window => window.NextOpening(time))).ToList();
            if (openings.Contains(null))
            {
                return null;
            }

            time = openings.Max()!.Value;
        }

        return null;
    }

    private static bool IsOpen(ImmutableArray<MaintenanceWindow> windows, DateTimeOffset time) =>
        windows.Any(window => window.IsOpenAt(time));
}
