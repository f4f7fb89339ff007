using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Certificates;

/// <summary>Reads certificates out of base64, as webhook configurations and Secrets hold them.</summary>
internal static class CaBundle
{
    /// <summary>
    /// The certificates of a webhook's <c>caBundle</c>; empty if it has none, <see langword="null"/> if it can't be read.
    /// </summary>
    public static X509Certificate2Collection? Of(RegisteredWebhook webhook) =>
        Read(webhook.Node.At("clientConfig", "caBundle").Text() ?? "");

    /// <summary>The certificates of one key of a Secret.</summary>
    public static X509Certificate2Collection? Of(JsonNode? secret, string key) => Read(secret.At("data", key).Text() ?? "");

    /// <summary>One key of a Secret, as text; <see langword="null"/> if it can't be read.</summary>
    public static string? Text(JsonNode? secret, string key) => Decode(secret.At("data", key).Text() ?? "");

    private static X509Certificate2Collection? Read(string base64)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(Decode(base64));
            return certificates is [] && base64.Length > 0 ? null : certificates;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static string? Decode(string base64)
    {
        try
        {
            return Encoding.ASCII.GetString(Convert.FromBase64String(base64));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
