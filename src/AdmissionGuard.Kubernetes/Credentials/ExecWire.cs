using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace AdmissionGuard.Kubernetes.Credentials;

/// <summary>What is said to credential plugins, and what they say.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ExecCredentialWire))]
internal sealed partial class ExecWire : JsonSerializerContext;

internal sealed record ExecCredentialWire(string? ApiVersion, string? Kind, ExecSpecWire? Spec, ExecStatusWire? Status);

internal sealed record ExecSpecWire(bool Interactive, ExecClusterWire? Cluster);

internal sealed record ExecClusterWire(
    string? Server,
    [property: JsonPropertyName("tls-server-name")] string? TlsServerName,
    [property: JsonPropertyName("insecure-skip-tls-verify")] bool? InsecureSkipTlsVerify,
    [property: JsonPropertyName("certificate-authority-data")] string? CertificateAuthorityData,
    [property: JsonPropertyName("proxy-url")] string? ProxyUrl,
    [property: JsonPropertyName("disable-compression")] bool? DisableCompression,
    JsonNode? Config);

internal sealed record ExecStatusWire(string? Token, DateTimeOffset? ExpirationTimestamp, string? ClientCertificateData, string? ClientKeyData);
