using System.Text.RegularExpressions;
using AdmissionGuard.Core;

namespace AdmissionGuard.Server.Configuration;

/// <summary>The syntax of a text: one pattern, for the program and for the schema.</summary>
/// <param name="Name">What it is, as in <c>a DNS subdomain</c>.</param>
/// <param name="Pattern">What the whole text matches, in what .NET and JSON Schema have in common.</param>
/// <param name="MaxLength">The longest, in characters.</param>
/// <remarks>Sources: Kubernetes' <c>k8s.io/apimachinery/pkg/util/validation</c>, and its validation of CustomResourceDefinitions.</remarks>
internal sealed record SettingSyntax(string Name, string Pattern, int MaxLength)
{
    private readonly Regex _whole = new($@"\A(?:{Pattern})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    public static SettingSyntax LabelKey { get; } = new(
        "a label key, as in example.com/team",
        $@"((?=[^/]{{1,253}}/){DnsName.SubdomainPattern}/)?(?=[^/]{{1,63}}$)[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?",
        317);

    public static SettingSyntax Group { get; } = new("an API group, as in platform.example.com", DnsName.SubdomainPattern, 253);

    /// <summary>Empty is a choice: that no such object is heeded.</summary>
    public static SettingSyntax OptionalName { get; } = new("an object's name, or nothing", $@"({DnsName.SubdomainPattern})?", 253);

    public static SettingSyntax Version { get; } = new("an API version, as in v1beta2", "[a-z]([-a-z0-9]*[a-z0-9])?", 63);

    public static SettingSyntax Kind { get; } = new("a kind, as in Tenant", "[A-Z][A-Za-z0-9]*", 63);

    public static SettingSyntax Plural { get; } = new("a resource's plural, as in tenants", "[a-z]([-a-z0-9]*[a-z0-9])?", 63);

    public static SettingSyntax Verb { get; } = new("a verb, as in adopt", "[a-z]([-a-z0-9]*[a-z0-9])?", 63);

    /// <summary>A star would look like a pattern, and match nobody.</summary>
    public static SettingSyntax User { get; } = new("a user's exact name, without *", @"[^*\s]([^*]*[^*\s])?", 1024);

    /// <summary>A service account that is written in another way would go unnoticed: other users have no colon and no slash.</summary>
    public static SettingSyntax Controller { get; } = new(
        "a service account as system:serviceaccount:NAMESPACE:NAME, or a user's exact name without *, : and /",
        $@"system:serviceaccount:[a-z0-9]([-a-z0-9]{{0,61}}[a-z0-9])?:{DnsName.SubdomainPattern}|[^*:/\s]([^*:/]*[^*:/\s])?",
        1024);

    public static SettingSyntax NamespacePattern { get; } = new("a namespace's name, or a prefix that ends in *", $@"{DnsName.LabelPattern}|[a-z0-9][-a-z0-9]*\*", 63);

    /// <summary>Only the outline: fields, duration and zone are parsed.</summary>
    public static SettingSyntax Window { get; } = new("CRON for DURATION in ZONE", ".+ for .+ in .+", 256);

    public bool Matches(string text) => text.Length <= MaxLength && _whole.IsMatch(text);
}
