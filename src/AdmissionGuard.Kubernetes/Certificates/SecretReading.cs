using System.Text;
using System.Text.Json.Nodes;

namespace AdmissionGuard.Kubernetes.Certificates;

/// <summary>What asking for a Secret came to.</summary>
public abstract record SecretReading
{
    private SecretReading()
    {
    }

    /// <summary>There is one.</summary>
    public sealed record Found : SecretReading
    {
        internal Found(JsonObject secret) => Secret = secret;

        internal JsonObject Secret { get; }

        /// <summary>What it holds under a key.</summary>
        /// <param name="key">The key.</param>
        /// <returns>The text; empty where there is none, or it is no text.</returns>
        public string Data(string key)
        {
            try
            {
                return Encoding.UTF8.GetString(Convert.FromBase64String((string?)Secret["data"]?[key] ?? ""));
            }
            catch (FormatException)
            {
                return "";
            }
        }

        /// <summary>One of its annotations.</summary>
        /// <param name="key">The key.</param>
        /// <returns>The value, or <see langword="null"/>.</returns>
        public string? Annotation(string key) => (string?)Secret["metadata"]?["annotations"]?[key];
    }

    /// <summary>There is none.</summary>
    public sealed record Absent : SecretReading;

    /// <summary>Somebody else wrote it meanwhile.</summary>
    public sealed record Conflict : SecretReading;

    /// <summary>It can't be told.</summary>
    /// <param name="Why">Why, in a few words.</param>
    public sealed record Unknown(string Why) : SecretReading;
}
