using System.Text.Json.Nodes;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Manifests;
using YamlDotNet.RepresentationModel;

namespace AdmissionGuard.Tools.Diagnosing.Expected;

/// <summary>Reads the manifests of <c>deploy/</c> that are built in.</summary>
internal static class DeployedManifest
{
    /// <summary>The only object of a kind in a manifest, for some kind of tenant.</summary>
    /// <param name="file">The manifest.</param>
    /// <param name="kind">The object's kind.</param>
    /// <param name="tenant">What a tenant is: expressions name it.</param>
    public static JsonObject Read(string file, string kind, TenantKind tenant)
    {
        using var stream = typeof(DeployedManifest).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"{file} is not built in");
        using var reader = new StreamReader(stream);
        var yaml = new YamlStream();
        yaml.Load(new StringReader(OfTenant(reader.ReadToEnd(), tenant)));
        return yaml.Documents
            .Select(document => new YamlToJson().Convert(document.RootNode))
            .OfType<JsonObject>()
            .Single(each => each.At("kind").Text() == kind);
    }

    /// <summary>An expression or a manifest, written for Capsule's tenants, for another kind of tenant.</summary>
    public static string OfTenant(string text, TenantKind tenant)
    {
        var standard = new TenantKind();
        return text
            .Replace($"'{standard.LabelKey}'", $"'{tenant.LabelKey}'", StringComparison.Ordinal)
            .Replace($" {standard.LabelKey}'", $" {tenant.LabelKey}'", StringComparison.Ordinal)
            .Replace($"'{standard.Group}/'", $"'{tenant.Group}/'", StringComparison.Ordinal)
            .Replace($"'{standard.Kind}'", $"'{tenant.Kind}'", StringComparison.Ordinal);
    }
}
