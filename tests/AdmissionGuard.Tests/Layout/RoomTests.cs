using System.Text.RegularExpressions;

namespace AdmissionGuard.Tests.Layout;

/// <summary>A room is a folder directly in a project of <c>src/</c>. Rooms depend on each other in one direction.</summary>
public sealed partial class RoomTests
{
    private static readonly string[] Projects = [
        "AdmissionGuard.Core", "AdmissionGuard.Kubernetes", "AdmissionGuard.Server", "AdmissionGuard.Tools"
    ];

    private static readonly ILookup<string, string> Needs = Sources()
        .SelectMany(Dependencies)
        .Distinct()
        .ToLookup(each => each.Room, each => each.Needs);

    [Fact]
    public void No_room_needs_itself_by_way_of_others()
    {
        Assert.True(Needs.Count >= 30, $"{Needs.Count} rooms");
        Assert.All(Needs, room => Assert.Null(Cycle(room.Key)));
    }

    [Fact]
    public void Core_needs_no_other_project_and_the_server_none_of_the_tools()
    {
        Assert.Contains(Needs, room => room.Key.StartsWith("AdmissionGuard.Core.", StringComparison.Ordinal));
        Assert.DoesNotContain(
            Needs,
            room => room.Key.StartsWith("AdmissionGuard.Core", StringComparison.Ordinal)
                && room.Any(needed => !needed.StartsWith("AdmissionGuard.Core", StringComparison.Ordinal)));
        Assert.DoesNotContain(
            Needs,
            room => room.Key.StartsWith("AdmissionGuard.Server", StringComparison.Ordinal)
                && room.Any(needed => needed.StartsWith("AdmissionGuard.Tools", StringComparison.Ordinal)));
    }

    private static string? Cycle(string start)
    {
        var (seen, open) = (new HashSet<string>(StringComparer.Ordinal), new Stack<string>([start]));
        while (open.TryPop(out var room))
        {
            foreach (var needed in Needs[room])
            {
                if (needed == start)
                {
                    return $"{start} -> ... -> {room} -> {start}";
                }

                if (seen.Add(needed))
                {
                    open.Push(needed);
                }
            }
        }

        return null;
    }

    private static IEnumerable<string> Sources() =>
        Directory.EnumerateFiles(Repository.File("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText);

    private static IEnumerable<(string Room, string Needs)> Dependencies(string source) =>
        Namespace().Match(source) is { Success: true } own
            ? Mentioned()
                .Matches(source)
                .Select(match => (RoomOf(own.Groups[1].Value), RoomOf(match.Groups[1].Value)))
                .Where(each => each.Item1 != each.Item2)
            : [];

    /// <summary>The project and the first folder.</summary>
    private static string RoomOf(string name)
    {
        var project = Projects.FirstOrDefault(project => name == project || name.StartsWith($"{project}.", StringComparison.Ordinal))
            ?? "AdmissionGuard";
        return string.Join('.', name.Split('.').Take(project.Split('.').Length + 1));
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    /// <summary>A <c>using</c> line, or a name that is written out.</summary>
    [GeneratedRegex(
        @"^(?:using (?:static |\w+ = )?|(?!namespace|using)[^/\n]*[^\w.""])(AdmissionGuard\.[A-Z]\w+(?:\.[A-Z]\w+)*)",
        RegexOptions.Multiline)]
    private static partial Regex Mentioned();
}
