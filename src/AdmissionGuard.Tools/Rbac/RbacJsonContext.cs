using System.Text.Json;
using System.Text.Json.Serialization;

namespace AdmissionGuard.Tools.Rbac;

/// <summary>
/// What is read of RBAC's objects. An unknown field of a rule or a subject is an error: with a mistyped name, permissions would be
/// other than they seem.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ClusterRoleDto))]
[JsonSerializable(typeof(ClusterRoleBindingDto))]
internal sealed partial class RbacJsonContext : JsonSerializerContext;

internal sealed record RoleMetadataDto(string? Name, IReadOnlyDictionary<string, string>? Labels);

internal sealed record PolicyRuleDto(
    IReadOnlyList<string>? ApiGroups,
    IReadOnlyList<string>? Resources,
    IReadOnlyList<string>? Verbs,
    IReadOnlyList<string>? ResourceNames,
    [property: JsonPropertyName("nonResourceURLs")] IReadOnlyList<string>? NonResourceUrls)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? UnknownFields { get; set; }
}

internal sealed record RoleSelectorDto(IReadOnlyDictionary<string, string>? MatchLabels, JsonElement? MatchExpressions)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? UnknownFields { get; set; }
}

internal sealed record AggregationRuleDto(IReadOnlyList<RoleSelectorDto>? ClusterRoleSelectors)
{
    /// <summary>Whether it selects by more than labels' values, which is not resolved here.</summary>
    [JsonIgnore]
    public bool HasExpressions => (ClusterRoleSelectors ?? []).Any(selector => selector.MatchExpressions is not null);
}

internal sealed record ClusterRoleDto(RoleMetadataDto? Metadata, IReadOnlyList<PolicyRuleDto>? Rules, AggregationRuleDto? AggregationRule);

internal sealed record SubjectDto(string? Kind, string? Name, string? Namespace, string? ApiGroup)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? UnknownFields { get; set; }
}

internal sealed record RoleRefDto(string? Kind, string? Name, string? ApiGroup)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? UnknownFields { get; set; }
}

internal sealed record ClusterRoleBindingDto(IReadOnlyList<SubjectDto>? Subjects, RoleRefDto? RoleRef);
