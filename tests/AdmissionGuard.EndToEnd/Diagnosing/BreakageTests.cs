using AdmissionGuard.Testing.Diagnosing;

namespace AdmissionGuard.EndToEnd.Diagnosing;

/// <summary>
/// Each breakage of the table, made on an installation that runs: the doctor reports it, and what it prints, run as printed, ends in
/// healthy.
/// </summary>
[Trait("Category", "All")]
public sealed class BreakageTests(BreakableInstallation installation) : IClassFixture<BreakableInstallation>
{
    public static TheoryData<string> Names => [.. Breakages.All.Select(each => each.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_is_found_and_what_is_printed_ends_in_healthy(string name)
    {
        var breakage = Breakages.All.Single(each => each.Name == name);
        if (installation.Plane.Version < new Version(1, breakage.Since))
        {
            var lines = (await installation.AskAsync()).Lines;
            Assert.Contains(lines, line => line.Contains($"not available before Kubernetes 1.{breakage.Since}", StringComparison.Ordinal));
            return;
        }

        try
        {
            await TryAsync(breakage);
        }
        catch
        {
            // Nothing of it spoils the next.
            await installation.ReinstallAsync();
            throw;
        }
    }

    private async Task TryAsync(Breakage breakage)
    {
        await installation.ShellAsync(breakage.Given);
        var before = (await installation.AskAsync()).Errors;
        await installation.ShellAsync(breakage.Commands);
        if (breakage.Mend is not Mend.Guard)
        {
            var answer = await installation.WaitAsync(
                $"{breakage.Finding}; fix: {breakage.Mend.Shown}",
                answer => answer.Lines.Any(breakage.IsIn) && IsPrinted(breakage, answer, before));
            await MendAsync(breakage, answer, before);
        }

        await installation.IsHealthyAsync(before);
        await installation.ShellAsync(breakage.Cleanup);
        await installation.IsHealthyAsync();
    }

    private async Task MendAsync(Breakage breakage, DoctorAnswer answer, IReadOnlyList<string> before)
    {
        if (breakage.Mend is Mend.Advised advice)
        {
            await installation.ShellAsync(advice.Repair);
            return;
        }

        if (breakage.Mend is Mend.Edited edited)
        {
            await installation.EditWithAsync(edited.Sed);
        }

        await installation.ShellAsync(string.Join('\n', BreakableInstallation.MendingCommands(answer, before)));
    }

    /// <summary>Whether the check that reports it prints the fix: for a while it may see only a part.</summary>
    private static bool IsPrinted(Breakage breakage, DoctorAnswer answer, IReadOnlyList<string> before) =>
        breakage.Mend is Mend.Advised advice
        ? answer.Remediation(breakage.Check).Contains(advice.Words, StringComparison.Ordinal)
        : BreakableInstallation.MendingCommands(answer, before).Intersect(answer.Commands(breakage.Check), StringComparer.Ordinal).Any();
}
