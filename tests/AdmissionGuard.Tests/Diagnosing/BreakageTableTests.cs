using AdmissionGuard.Testing.Diagnosing;
using AdmissionGuard.Tools.Diagnosing;

namespace AdmissionGuard.Tests.Diagnosing;

/// <summary>The table of breakages, which the end-to-end tests make one after the other, and the doctor's page shows.</summary>
public sealed class BreakageTableTests
{
    [Fact]
    public void The_page_of_the_doctor_shows_the_table() => Generated.BlockIs(
        "deploy/docs/doctor.md",
        "breakages",
        "| What is broken | Found by | Fix |\n|---|---|---|\n" + string.Join(
            '\n', Breakages.All.Select(each => $"| {each.Name}{SinceOf(each)} | `{each.Check}` | {each.Mend.Shown} |")));

    [Fact]
    public void There_are_at_least_sixty_each_of_its_own()
    {
        Assert.InRange(Breakages.All.Count, 60, int.MaxValue);
        Assert.Distinct(Breakages.All.Select(each => each.Name));
        Assert.Distinct(Breakages.All.Select(each => $"{each.Given}\n{each.Commands}"));
    }

    [Fact]
    public void Every_check_finds_one_but_those_of_what_no_command_can_break()
    {
        // An old API server, and a cluster with one node.
        string[] others = ["api-server", "spread"];

        Assert.Equal(
            Doctor.Checks.Select(check => check.Name).Except(others, StringComparer.Ordinal).Order(StringComparer.Ordinal),
            Breakages.All.Select(each => each.Check).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.All(Breakages.All, each => Assert.Contains(each.Finding.Split(' ')[0], (string[])["failed", "warning", "unknown"]));
    }

    private static string SinceOf(Breakage breakage) => breakage.Since == 20 ? "" : $" (Kubernetes 1.{breakage.Since} and newer)";
}
