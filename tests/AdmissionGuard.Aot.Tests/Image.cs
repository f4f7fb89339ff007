using System.Text.Json.Nodes;

namespace AdmissionGuard.Aot.Tests;

/// <summary>The image that the Dockerfile builds on local stand-ins for its base images, laid out as files.</summary>
/// <param name="Folder">Where it lies.</param>
/// <param name="Log">What its build said.</param>
public sealed record Image(string Folder, string Log)
{
    private const int NotHere = 3;

    /// <summary>Its files.</summary>
    public string Root => Path.Combine(Folder, "root");

    /// <summary>What it says of itself: user, entry point, ports, labels.</summary>
    public JsonNode Configuration
    {
        get
        {
            var inspected = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "image.json")))!;
            return JsonNode.Parse(inspected["Config"]!.GetValue<string>())!["config"]!;
        }
    }

    /// <summary>Builds it.</summary>
    /// <returns>The image; or none, and why it can't be built on this machine.</returns>
    public static async Task<(Image? Image, string WhyNot)> BuildAsync()
    {
        var folder = Repository.File("artifacts", "image");
        var build = await new Command(Repository.File("tests", "AdmissionGuard.Aot.Tests", "build-image.sh"), [folder]).RunAsync();
        return build.ExitCode switch
        {
            0 => (new Image(folder, build.Output), ""),
            NotHere => (null, build.Error.Trim()),
            _ => throw new InvalidOperationException($"the image could not be built:\n{build.Output}{build.Error}"),
        };
    }

    /// <summary>All that lies in it.</summary>
    /// <returns>Files, folders and links.</returns>
    public async Task<IReadOnlyList<ImageFile>> FilesAsync()
    {
        var ofTheBase = (await File.ReadAllLinesAsync(Path.Combine(Folder, "base.txt"))).ToHashSet(StringComparer.Ordinal);
        var found = (await new Command("find", [Root, "-mindepth", "1", "-printf", "%y %U %m /%P\\n"]).RunAsync()).Ok();
        return [.. found.Split('\n').Select(line => line.Split(' ', 4)).Select(words =>
            new ImageFile(
                words[3], words[0], words[1], (UnixFileMode)Convert.ToInt32(words[2], fromBase: 8), ofTheBase.Contains(words[3])))];
    }
}
