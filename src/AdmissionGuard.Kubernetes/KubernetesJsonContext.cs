using System.Text.Json.Serialization;

namespace AdmissionGuard.Kubernetes;

/// <summary>The fields of Kubernetes objects that are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TenantDto))]
[JsonSerializable(typeof(ObjectListDto))]
[JsonSerializable(typeof(CapsuleConfigurationDto))]
[JsonSerializable(typeof(StatusDto))]
[JsonSerializable(typeof(ResourceListDto))]
[JsonSerializable(typeof(GroupListDto))]
[JsonSerializable(typeof(AccessReviewDto))]
[JsonSerializable(typeof(SelfReviewDto))]
[JsonSerializable(typeof(LeaseDto))]
[JsonSerializable(typeof(SecretDto))]
[JsonSerializable(typeof(WebhookConfigurationDto))]
internal sealed partial class KubernetesJsonContext : JsonSerializerContext;

internal sealed record MetadataDto(string? Name, string? Uid, string? DeletionTimestamp, IReadOnlyDictionary<string, string?>? Annotations);

internal sealed record OwnerDto(string? Kind, string? Name, IReadOnlyList<string>? ClusterRoles);

internal sealed record ForbiddenDto(IReadOnlyList<string>? Denied, string? DeniedRegex);

internal sealed record RequiredDto(IReadOnlyDictionary<string, string?>? Labels, IReadOnlyDictionary<string, string?>? Annotations);

internal sealed record AdditionalMetadataDto(
    IReadOnlyDictionary<string, string?>? Labels, IReadOnlyDictionary<string, string?>? Annotations);

internal sealed record SelectorExpressionDto(string? Key, string? Operator, IReadOnlyList<string>? Values);

internal sealed record SelectorDto(
    IReadOnlyDictionary<string, string?>? MatchLabels, IReadOnlyList<SelectorExpressionDto?>? MatchExpressions);

internal sealed record SelectedMetadataDto(
    SelectorDto? NamespaceSelector, IReadOnlyDictionary<string, string?>? Labels, IReadOnlyDictionary<string, string?>? Annotations);

internal sealed record NamespaceOptionsDto(
    int? Quota,
    ForbiddenDto? ForbiddenLabels,
    ForbiddenDto? ForbiddenAnnotations,
    RequiredDto? RequiredMetadata,
    AdditionalMetadataDto? AdditionalMetadata,
    IReadOnlyList<SelectedMetadataDto?>? AdditionalMetadataList,
    bool? ManagedMetadataOnly);

internal sealed record AllowedDto(IReadOnlyList<string>? Allowed, string? AllowedRegex);

internal sealed record IngressOptionsDto(AllowedDto? AllowedClasses);

internal sealed record TenantSpecDto(
    IReadOnlyList<OwnerDto?>? Owners,
    bool? Cordoned,
    bool? ForceTenantPrefix,
    NamespaceOptionsDto? NamespaceOptions,
    IReadOnlyDictionary<string, string?>? NodeSelector,
    IngressOptionsDto? IngressOptions,
    AllowedDto? StorageClasses,
    AllowedDto? ContainerRegistries);

internal sealed record TenantStatusDto(IReadOnlyList<OwnerDto?>? Owners, IReadOnlyList<string>? Namespaces, int? Size);

internal sealed record TenantDto(string? ApiVersion, string? Kind, MetadataDto? Metadata, TenantSpecDto? Spec, TenantStatusDto? Status);

internal sealed record OwnerReferenceDto(string? ApiVersion, string? Kind, string? Name, string? Uid);

internal sealed record ObjectMetadataDto(
    string? Name,
    string? Uid,
    string? DeletionTimestamp,
    IReadOnlyDictionary<string, string?>? Labels,
    IReadOnlyList<OwnerReferenceDto>? OwnerReferences);

internal sealed record ObjectDto(ObjectMetadataDto? Metadata);

internal sealed record ListMetadataDto(string? Continue);

internal sealed record ObjectListDto(string? Kind, ListMetadataDto? Metadata, IReadOnlyList<ObjectDto?>? Items);

internal sealed record CapsuleRolesDto(IReadOnlyList<string>? AdministrationClusterRoles);

internal sealed record CapsuleSpecDto(
    bool? ForceTenantPrefix,
    IReadOnlyList<OwnerDto?>? Administrators,
    IReadOnlyList<string>? IgnoreUserWithGroups,
    string? ProtectedNamespaceRegex,
    CapsuleRolesDto? Rbac,
    IReadOnlyList<OwnerDto?>? Users,
    IReadOnlyList<string>? UserNames,
    IReadOnlyList<string>? UserGroups);

internal sealed record CapsuleStatusDto(IReadOnlyList<OwnerDto?>? Users);

internal sealed record CapsuleConfigurationDto(string? Kind, MetadataDto? Metadata, CapsuleSpecDto? Spec, CapsuleStatusDto? Status);

internal sealed record StatusDetailsDto(string? Name, string? Group, string? Kind);

internal sealed record StatusDto(string? Kind, string? Reason, StatusDetailsDto? Details);

internal sealed record ResourceDto(string? Name);

internal sealed record ResourceListDto(string? Kind, string? GroupVersion, IReadOnlyList<ResourceDto?>? Resources);

internal sealed record GroupVersionDto(string? Version);

internal sealed record GroupDto(string? Name, IReadOnlyList<GroupVersionDto?>? Versions);

internal sealed record GroupListDto(string? Kind, IReadOnlyList<GroupDto?>? Groups);

internal sealed record ResourceAttributesDto(string Group, string Version, string Resource, string Verb, string Name, string? Namespace);

internal sealed record AccessReviewSpecDto(
    string? User,
    string? Uid,
    IReadOnlyList<string>? Groups,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? Extra,
    ResourceAttributesDto ResourceAttributes);

internal sealed record AccessReviewStatusDto(bool Allowed, bool Denied, string? Reason, string? EvaluationError);

internal sealed record AccessReviewDto(string ApiVersion, string Kind, AccessReviewSpecDto? Spec, AccessReviewStatusDto? Status);

internal sealed record UserInfoDto(
    string? Username, string? Uid, IReadOnlyList<string>? Groups, IReadOnlyDictionary<string, IReadOnlyList<string>>? Extra);

internal sealed record SelfReviewStatusDto(UserInfoDto? UserInfo);

internal sealed record SelfReviewDto(string ApiVersion, string Kind, SelfReviewStatusDto? Status);

internal sealed record VersionedMetadataDto(
    string? Name, string? Namespace, string? ResourceVersion, IReadOnlyDictionary<string, string?>? Annotations);

internal sealed record LeaseSpecDto(
    string? HolderIdentity, int? LeaseDurationSeconds, string? AcquireTime, string? RenewTime, int? LeaseTransitions);

internal sealed record LeaseDto(string ApiVersion, string Kind, VersionedMetadataDto? Metadata, LeaseSpecDto? Spec);

internal sealed record SecretDto(string? Kind, VersionedMetadataDto? Metadata, IReadOnlyDictionary<string, byte[]>? Data);

internal sealed record ClientConfigDto(byte[]? CaBundle);

internal sealed record WebhookDto(string? Name, ClientConfigDto? ClientConfig);

internal sealed record WebhookConfigurationDto(string? Kind, VersionedMetadataDto? Metadata, IReadOnlyList<WebhookDto?>? Webhooks);
