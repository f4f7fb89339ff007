using System.Text;
using System.Text.Json.Nodes;

namespace AdmissionGuard.Kubernetes.Secrets;

/// <summary>The result of reading a Secret.</summary>
public abstract record SecretReading
{
    private SecretReading()
    {
    }

    /// <summary>There is one.</summary>
    public sealed record Found : SecretReading
    {
        private readonly SecretDto _read;

        internal Found(JsonObject secret, SecretDto read) => (Secret, _read) = (secret, read);

        internal JsonObject Secret { get; }

        /// <summary>What it holds under a key.</summary>
        /// <param name="key">The key.</param>
        /// <returns>The text; empty if there is none.</returns>
        public string Data(string key) => Encoding.UTF8.GetString(_read.Data?.GetValueOrDefault(key) ?? []);

        /// <summary>One of its annotations.</summary>
        /// <param name="key">The key.</param>
        /// <returns>The value, or <see langword="null"/>.</returns>
        public string? Annotation(string key) => _read.Metadata?.Annotations?.GetValueOrDefault(key);
    }

    /// <summary>There is none.</summary>
    public sealed record Absent : SecretReading;

    /// <summary>Another client wrote it meanwhile.</summary>
    public sealed record Conflict : SecretReading;

    /// <summary>It failed.</summary>
    /// <param name="Why">Why, in short.</param>
    public sealed record Unknown(string Why) : SecretReading;
}
