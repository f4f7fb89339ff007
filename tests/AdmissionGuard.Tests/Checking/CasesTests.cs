namespace AdmissionGuard.Tests.Checking;

/// <summary>The cases of <c>tests/cases</c>, decided by the built program.</summary>
public sealed class CasesTests : IDisposable
{
    private static readonly string Cases = Repository.File("tests", "cases");

    private readonly CheckRun _check = new();

    public void Dispose() => _check.Dispose();

    [Fact]
    public async Task Every_case_is_as_expected()
    {
        var result = await _check.RunAsync(Cases);

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        var lines = result.Output.TrimEnd('\n').Split('\n');
        Assert.Matches("^NAME +VERDICT +EXPECTED +RESULT$", lines[0]);
        Assert.Matches("^([0-9]{3}) passed, 0 failed$", lines[^1]);
        Assert.NotEmpty(lines[1..^2]);
        Assert.All(lines[1..^2], line => Assert.EndsWith("   pass", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_expectation_is_exit_code_1_and_shown_as_a_diff()
    {
        foreach (var file in Directory.EnumerateFiles(Cases, "*.yaml", SearchOption.AllDirectories)
            .Where(file => file.Contains("cluster/", StringComparison.Ordinal) || file.Contains("04-release/", StringComparison.Ordinal)))
        {
            _check.Write(Path.GetRelativePath(Cases, file), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        }

        var wrong = Path.Combine(_check.Folder, "04-release", "release.yaml");
        var text = await File.ReadAllTextAsync(wrong, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            wrong,
            text.Replace("verdict: deny, code: 403", "verdict: complete, code: 200", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        var result = await _check.RunAsync(_check.Folder);

        Assert.Equal(1, result.ExitCode);
        Assert.Matches("release/without-the-right +deny +complete +FAIL\n", result.Output);
        Assert.Contains(
            """
            --- expected
            +++ actual
            @@ -1,4 +1,4 @@
            -verdict: complete
            -code: 200
            +verdict: deny
            +code: 403
             message:

            """,
            result.Output,
            StringComparison.Ordinal);
        Assert.EndsWith("\n6 passed, 1 failed\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_case_says_what_it_shows_in_one_sentence()
    {
        var descriptions = Directory.EnumerateFiles(Cases, "*.yaml", SearchOption.AllDirectories)
            .SelectMany(File.ReadLines)
            .Where(line => line.StartsWith("description: ", StringComparison.Ordinal))
            .ToList();

        Assert.True(descriptions.Count >= 60, "there are at least 60 cases");
        Assert.All(descriptions, line => Assert.Matches(@"^description: ""?[A-Z-][^.]*(\.[^. ][^.]*)*\.""?$", line));
        Assert.Equal(descriptions.Count, descriptions.Distinct(StringComparer.Ordinal).Count());
    }
}
