using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace AdmissionGuard.Kubernetes.Credentials;

/// <summary>The input and output of credential plugins.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ExecCredentialDto))]
internal sealed partial class ExecJsonContext : JsonSerializerContext;

internal sealed record ExecCredentialDto(string? ApiVersion, string? Kind, ExecSpecDto? Spec, ExecStatusDto? Status);

internal sealed record ExecSpecDto(bool Interactive, ExecClusterDto? Cluster);

internal sealed record ExecClusterDto(
    string? Server,
    [property: JsonPropertyName("tls-server-name")] string? TlsServerName,
    [property: JsonPropertyName("insecure-skip-tls-verify")] bool? InsecureSkipTlsVerify,
    [property: JsonPropertyName("certificate-authority-data")] string? CertificateAuthorityData,
    [property: JsonPropertyName("proxy-url")] string? ProxyUrl,
    [property: JsonPropertyName("disable-compression")] bool? DisableCompression,
    JsonNode? Config);

internal sealed record ExecStatusDto(
    string? Token, DateTimeOffset? ExpirationTimestamp, string? ClientCertificateData, string? ClientKeyData);
