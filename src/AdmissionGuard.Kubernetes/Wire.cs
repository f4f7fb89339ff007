using System.Text.Json.Serialization;

namespace AdmissionGuard.Kubernetes;

/// <summary>What is read and written of Kubernetes' objects, and no more.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TenantWire))]
[JsonSerializable(typeof(TenantListWire))]
[JsonSerializable(typeof(StatusWire))]
[JsonSerializable(typeof(AccessReviewWire))]
internal sealed partial class Wire : JsonSerializerContext;

internal sealed record MetadataWire(string? Name, string? Uid, string? DeletionTimestamp);

internal sealed record OwnerWire(string? Kind, string? Name);

internal sealed record OwnersWire(IReadOnlyList<OwnerWire>? Owners);

internal sealed record TenantWire(string? ApiVersion, string? Kind, MetadataWire? Metadata, OwnersWire? Spec, OwnersWire? Status);

internal sealed record TenantListItemWire(MetadataWire? Metadata);

internal sealed record TenantListWire(IReadOnlyList<TenantListItemWire>? Items);

internal sealed record StatusDetailsWire(string? Name, string? Group, string? Kind);

internal sealed record StatusWire(string? Kind, string? Reason, StatusDetailsWire? Details);

internal sealed record ResourceAttributesWire(string Group, string Version, string Resource, string Verb, string Name);

internal sealed record AccessReviewSpecWire(
    string User,
    string? Uid,
    IReadOnlyList<string> Groups,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? Extra,
    ResourceAttributesWire ResourceAttributes);

internal sealed record AccessReviewStatusWire(bool Allowed, bool Denied, string? EvaluationError);

internal sealed record AccessReviewWire(string ApiVersion, string Kind, AccessReviewSpecWire? Spec, AccessReviewStatusWire? Status);
