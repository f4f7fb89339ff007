using System.Text.Json.Serialization;

namespace AdmissionGuard.Kubernetes;

/// <summary>What is read and written of Kubernetes' objects, and no more.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TenantWire))]
[JsonSerializable(typeof(TenantListWire))]
[JsonSerializable(typeof(ObjectListWire))]
[JsonSerializable(typeof(CapsuleConfigurationWire))]
[JsonSerializable(typeof(StatusWire))]
[JsonSerializable(typeof(AccessReviewWire))]
[JsonSerializable(typeof(SelfReviewWire))]
internal sealed partial class Wire : JsonSerializerContext;

internal sealed record MetadataWire(string? Name, string? Uid, string? DeletionTimestamp, IReadOnlyDictionary<string, string>? Annotations);

internal sealed record OwnerWire(string? Kind, string? Name);

internal sealed record ForbiddenWire(IReadOnlyList<string>? Denied, string? DeniedRegex);

internal sealed record RequiredWire(IReadOnlyDictionary<string, string?>? Labels, IReadOnlyDictionary<string, string?>? Annotations);

internal sealed record NamespaceOptionsWire(int? Quota, ForbiddenWire? ForbiddenLabels, ForbiddenWire? ForbiddenAnnotations, RequiredWire? RequiredMetadata);

internal sealed record TenantSpecWire(IReadOnlyList<OwnerWire?>? Owners, bool? Cordoned, bool? ForceTenantPrefix, NamespaceOptionsWire? NamespaceOptions);

internal sealed record TenantStatusWire(IReadOnlyList<OwnerWire?>? Owners, IReadOnlyList<string>? Namespaces, int? Size);

internal sealed record TenantWire(string? ApiVersion, string? Kind, MetadataWire? Metadata, TenantSpecWire? Spec, TenantStatusWire? Status);

internal sealed record TenantListItemWire(MetadataWire? Metadata);

internal sealed record TenantListWire(IReadOnlyList<TenantListItemWire>? Items);

internal sealed record OwnerReferenceWire(string? ApiVersion, string? Kind, string? Name, string? Uid);

internal sealed record ObjectMetadataWire(
    string? Name, string? Uid, string? DeletionTimestamp, IReadOnlyDictionary<string, string>? Labels, IReadOnlyList<OwnerReferenceWire>? OwnerReferences);

internal sealed record ObjectWire(ObjectMetadataWire? Metadata);

internal sealed record ListMetadataWire(string? Continue);

internal sealed record ObjectListWire(string? Kind, ListMetadataWire? Metadata, IReadOnlyList<ObjectWire>? Items);

internal sealed record CapsuleSpecWire(bool? ForceTenantPrefix, IReadOnlyList<OwnerWire?>? Administrators, IReadOnlyList<string>? IgnoreUserWithGroups);

internal sealed record CapsuleConfigurationWire(string? Kind, MetadataWire? Metadata, CapsuleSpecWire? Spec);

internal sealed record StatusDetailsWire(string? Name, string? Group, string? Kind);

internal sealed record StatusWire(string? Kind, string? Reason, StatusDetailsWire? Details);

internal sealed record ResourceAttributesWire(string Group, string Version, string Resource, string Verb, string Name, string? Namespace);

internal sealed record AccessReviewSpecWire(
    string? User,
    string? Uid,
    IReadOnlyList<string>? Groups,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? Extra,
    ResourceAttributesWire ResourceAttributes);

internal sealed record AccessReviewStatusWire(bool Allowed, bool Denied, string? Reason, string? EvaluationError);

internal sealed record AccessReviewWire(string ApiVersion, string Kind, AccessReviewSpecWire? Spec, AccessReviewStatusWire? Status);

internal sealed record UserInfoWire(string? Username, string? Uid, IReadOnlyList<string>? Groups, IReadOnlyDictionary<string, IReadOnlyList<string>>? Extra);

internal sealed record SelfReviewStatusWire(UserInfoWire? UserInfo);

internal sealed record SelfReviewWire(string ApiVersion, string Kind, SelfReviewStatusWire? Status);
