using System.Text.RegularExpressions;

namespace AdmissionGuard.Tests.Layout;

/// <summary>The documents of the repository refer to each other by links that lead somewhere.</summary>
public sealed partial class DocumentLinkTests
{
    private const int MaxReadmeLines = 200;

    private static readonly string IndexPage = Repository.File("deploy", "docs", "README.md");

    private static readonly string[] Documents =
        [Repository.File("README.md"), .. Directory.EnumerateFiles(Repository.File("deploy"), "*.md", SearchOption.AllDirectories)];

    [Fact]
    public void Every_relative_link_leads_to_a_file_and_to_a_heading_of_it()
    {
        var links = Documents.SelectMany(LinksOf).ToList();

        Assert.True(links.Count >= 80, $"{links.Count} links");
        Assert.Equal([], links.Where(link => !Leads(link)).Select(link => $"{NameOf(link.Document)}: {link.Target}"));
    }

    [Fact]
    public void The_README_is_a_front_door() => Assert.InRange(File.ReadLines(Repository.File("README.md")).Count(), 50, MaxReadmeLines);

    [Fact]
    public void The_index_names_every_page_once()
    {
        var pages = Documents.Except([IndexPage]).Select(NameOf).Where(IsPage);
        var named = LinksOf(IndexPage).Select(link => NameOf(FileOf(link))).Where(IsPage);

        Assert.Equal(pages.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_document_that_code_and_manifests_name_is_there()
    {
        string[] folders = ["src", "deploy", "certs-scripts", ".ci"];
        var named = folders.SelectMany(folder => Directory.EnumerateFiles(Repository.File(folder), "*", SearchOption.AllDirectories))
            .Append(Repository.File("Dockerfile"))
            .Where(file => !file.EndsWith(".md", StringComparison.Ordinal))
            .SelectMany(file => PathOfDocument().Matches(File.ReadAllText(file)).Select(match => (File: file, Path: match.Value)))
            .ToList();

        Assert.True(named.Count >= 20, $"{named.Count} paths");
        Assert.Equal([], named.Where(each => !File.Exists(Repository.File(each.Path))).Select(each => $"{NameOf(each.File)}: {each.Path}"));
    }

    [Fact]
    public void Every_path_that_a_page_names_is_there()
    {
        // What was once, and what is to be named by whoever adds it, is not there.
        var named = Documents.Where(document => NameOf(document) != "deploy/docs/upgrading.md")
            .SelectMany(document => PathInText().Matches(File.ReadAllText(document)).Select(match => (document, match)))
            .Select(each => (Document: each.document, Path: each.match.Groups[1].Value))
            .Where(each => !each.Path.Contains("NAME", StringComparison.Ordinal))
            .ToList();

        Assert.True(named.Count >= 40, $"{named.Count} paths");
        var absent = named.Where(each => !Path.Exists(Repository.File(each.Path)));
        Assert.Equal([], absent.Select(each => $"{NameOf(each.Document)}: {each.Path}"));
    }

    [Theory]
    [InlineData("When the guard is down", "when-the-guard-is-down")]
    [InlineData("When the tenants' CRD was deleted", "when-the-tenants-crd-was-deleted")]
    [InlineData("The API server's `caBundle`, and 2 more", "the-api-servers-cabundle-and-2-more")]
    public void A_heading_is_addressed_as_forges_do(string heading, string anchor) => Assert.Equal(anchor, AnchorOf(heading));

    private static IEnumerable<(string Document, string Target)> LinksOf(string document) =>
        Link().Matches(Code().Replace(File.ReadAllText(document), ""))
            .Select(match => (document, match.Groups[1].Value))
            .Where(link => !link.Value.Contains("://", StringComparison.Ordinal));

    private static bool IsPage(string name) => name != "README.md";

    private static bool Leads((string Document, string Target) link) =>
        Path.Exists(FileOf(link)) && (link.Target.Split('#') is not [_, var anchor] || AnchorsOf(FileOf(link)).Contains(anchor));

    private static string FileOf((string Document, string Target) link) => link.Target.Split('#')[0] switch
    {
        "" => link.Document,
        var path => Path.GetFullPath(path, Path.GetDirectoryName(link.Document)!),
    };

    private static HashSet<string> AnchorsOf(string document)
    {
        HashSet<string> anchors = new(StringComparer.Ordinal);
        foreach (Match heading in Heading().Matches(Block().Replace(File.ReadAllText(document), "")))
        {
            // The second heading of the same text has another address, which nobody should have to count.
            Assert.True(anchors.Add(AnchorOf(heading.Groups[1].Value)), $"{NameOf(document)} has two headings '{heading.Groups[1].Value}'");
        }

        return anchors;
    }

    private static string AnchorOf(string heading) => Punctuation().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    private static string NameOf(string file) => Path.GetRelativePath(Repository.Root, file);

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6} (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^```.*?^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^```.*?^```$|`[^`\n]+`(?!\])", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();

    [GeneratedRegex(@"\bdeploy/[\w/-]+\.md\b")]
    private static partial Regex PathOfDocument();

    [GeneratedRegex(@"`((?:src|tests|deploy|certs-scripts)/[\w./-]+)`")]
    private static partial Regex PathInText();
}
