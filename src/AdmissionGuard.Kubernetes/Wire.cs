using System.Text.Json.Serialization;

namespace AdmissionGuard.Kubernetes;

/// <summary>What is read and written of Kubernetes' objects, and no more.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TenantWire))]
[JsonSerializable(typeof(ObjectListWire))]
[JsonSerializable(typeof(CapsuleConfigurationWire))]
[JsonSerializable(typeof(StatusWire))]
[JsonSerializable(typeof(ResourceListWire))]
[JsonSerializable(typeof(GroupListWire))]
[JsonSerializable(typeof(AccessReviewWire))]
[JsonSerializable(typeof(SelfReviewWire))]
[JsonSerializable(typeof(LeaseWire))]
[JsonSerializable(typeof(SecretWire))]
[JsonSerializable(typeof(WebhookConfigurationWire))]
internal sealed partial class Wire : JsonSerializerContext;

internal sealed record MetadataWire(string? Name, string? Uid, string? DeletionTimestamp, IReadOnlyDictionary<string, string?>? Annotations);

internal sealed record OwnerWire(string? Kind, string? Name, IReadOnlyList<string>? ClusterRoles);

internal sealed record ForbiddenWire(IReadOnlyList<string>? Denied, string? DeniedRegex);

internal sealed record RequiredWire(IReadOnlyDictionary<string, string?>? Labels, IReadOnlyDictionary<string, string?>? Annotations);

internal sealed record AdditionalMetadataWire(
    IReadOnlyDictionary<string, string?>? Labels, IReadOnlyDictionary<string, string?>? Annotations);

internal sealed record SelectorExpressionWire(string? Key, string? Operator, IReadOnlyList<string>? Values);

internal sealed record SelectorWire(
    IReadOnlyDictionary<string, string?>? MatchLabels, IReadOnlyList<SelectorExpressionWire?>? MatchExpressions);

internal sealed record SelectedMetadataWire(
    SelectorWire? NamespaceSelector, IReadOnlyDictionary<string, string?>? Labels, IReadOnlyDictionary<string, string?>? Annotations);

internal sealed record NamespaceOptionsWire(
    int? Quota,
    ForbiddenWire? ForbiddenLabels,
    ForbiddenWire? ForbiddenAnnotations,
    RequiredWire? RequiredMetadata,
    AdditionalMetadataWire? AdditionalMetadata,
    IReadOnlyList<SelectedMetadataWire?>? AdditionalMetadataList,
    bool? ManagedMetadataOnly);

internal sealed record AllowedWire(IReadOnlyList<string>? Allowed, string? AllowedRegex);

internal sealed record IngressOptionsWire(AllowedWire? AllowedClasses);

internal sealed record TenantSpecWire(
    IReadOnlyList<OwnerWire?>? Owners,
    bool? Cordoned,
    bool? ForceTenantPrefix,
    NamespaceOptionsWire? NamespaceOptions,
    IReadOnlyDictionary<string, string?>? NodeSelector,
    IngressOptionsWire? IngressOptions,
    AllowedWire? StorageClasses,
    AllowedWire? ContainerRegistries);

internal sealed record TenantStatusWire(IReadOnlyList<OwnerWire?>? Owners, IReadOnlyList<string>? Namespaces, int? Size);

internal sealed record TenantWire(string? ApiVersion, string? Kind, MetadataWire? Metadata, TenantSpecWire? Spec, TenantStatusWire? Status);

internal sealed record OwnerReferenceWire(string? ApiVersion, string? Kind, string? Name, string? Uid);

internal sealed record ObjectMetadataWire(
    string? Name, string? Uid, string? DeletionTimestamp, IReadOnlyDictionary<string, string?>? Labels, IReadOnlyList<OwnerReferenceWire>? OwnerReferences);

internal sealed record ObjectWire(ObjectMetadataWire? Metadata);

internal sealed record ListMetadataWire(string? Continue);

internal sealed record ObjectListWire(string? Kind, ListMetadataWire? Metadata, IReadOnlyList<ObjectWire?>? Items);

internal sealed record CapsuleRolesWire(IReadOnlyList<string>? AdministrationClusterRoles);

internal sealed record CapsuleSpecWire(
    bool? ForceTenantPrefix,
    IReadOnlyList<OwnerWire?>? Administrators,
    IReadOnlyList<string>? IgnoreUserWithGroups,
    string? ProtectedNamespaceRegex,
    CapsuleRolesWire? Rbac);

internal sealed record CapsuleConfigurationWire(string? Kind, MetadataWire? Metadata, CapsuleSpecWire? Spec);

internal sealed record StatusDetailsWire(string? Name, string? Group, string? Kind);

internal sealed record StatusWire(string? Kind, string? Reason, StatusDetailsWire? Details);

internal sealed record ResourceWire(string? Name);

internal sealed record ResourceListWire(string? Kind, string? GroupVersion, IReadOnlyList<ResourceWire?>? Resources);

internal sealed record GroupVersionWire(string? Version);

internal sealed record GroupWire(string? Name, IReadOnlyList<GroupVersionWire?>? Versions);

internal sealed record GroupListWire(string? Kind, IReadOnlyList<GroupWire?>? Groups);

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

internal sealed record VersionedMetadataWire(string? Name, string? Namespace, string? ResourceVersion, IReadOnlyDictionary<string, string?>? Annotations);

internal sealed record LeaseSpecWire(string? HolderIdentity, int? LeaseDurationSeconds, string? AcquireTime, string? RenewTime, int? LeaseTransitions);

internal sealed record LeaseWire(string ApiVersion, string Kind, VersionedMetadataWire? Metadata, LeaseSpecWire? Spec);

internal sealed record SecretWire(string? Kind, VersionedMetadataWire? Metadata, IReadOnlyDictionary<string, byte[]>? Data);

internal sealed record ClientConfigWire(byte[]? CaBundle);

internal sealed record WebhookWire(string? Name, ClientConfigWire? ClientConfig);

internal sealed record WebhookConfigurationWire(string? Kind, VersionedMetadataWire? Metadata, IReadOnlyList<WebhookWire?>? Webhooks);
