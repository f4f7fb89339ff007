using System.Text;

namespace AdmissionGuard.Core.Capsule;

/// <summary>Fills in the placeholders of <c>additionalMetadataList</c>: <c>{{ tenant.name }}</c> and <c>{{ namespace }}</c>.</summary>
/// <remarks>Source: Capsule 0.14.0, <c>pkg/template/fast.go</c>: an unknown placeholder becomes nothing, an unclosed one stays.</remarks>
public static class MetadataTemplate
{
    private const string Start = "{{";
    private const string End = "}}";

    /// <summary>Fills in a text.</summary>
    /// <param name="template">The text.</param>
    /// <param name="tenant">The tenant's name.</param>
    /// <param name="name">The namespace's name; empty if the API server has yet to generate it.</param>
    /// <returns>The text; <see langword="null"/> if it depends on a name that is not known yet.</returns>
    public static string? Fill(string template, string tenant, string name)
    {
        var text = new StringBuilder(template.Length);
        var rest = template.AsSpan();
        while (rest.IndexOf(Start) is >= 0 and var start && rest[start..].IndexOf(End) is >= 0 and var length)
        {
            text.Append(rest[..start]);
            switch (rest.Slice(start + Start.Length, length - Start.Length).Trim())
            {
                case "tenant.name":
                    text.Append(tenant);
                    break;
                case "namespace" when name.Length == 0:
                    return null;
                case "namespace":
                    text.Append(name);
                    break;
            }

            rest = rest[(start + length + End.Length)..];
        }

        return text.Append(rest).ToString();
    }
}
