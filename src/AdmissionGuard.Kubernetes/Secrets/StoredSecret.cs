using System.Text;
using System.Text.Json.Nodes;

namespace AdmissionGuard.Kubernetes.Secrets;

/// <summary>A Secret as it is stored.</summary>
public sealed record StoredSecret
{
    private readonly SecretDto _read;

    internal StoredSecret(JsonObject secret, SecretDto read) => (Object, _read) = (secret, read);

    internal JsonObject Object { get; }

    /// <summary>What it holds under a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The text; empty where there is none.</returns>
    public string Data(string key) => Encoding.UTF8.GetString(_read.Data?.GetValueOrDefault(key) ?? []);

    /// <summary>One of its annotations.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The value, or <see langword="null"/>.</returns>
    public string? Annotation(string key) => _read.Metadata?.Annotations?.GetValueOrDefault(key);
}
