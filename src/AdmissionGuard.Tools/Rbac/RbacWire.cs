using System.Text.Json;
using System.Text.Json.Serialization;

namespace AdmissionGuard.Tools.Rbac;

/// <summary>What is read of RBAC's objects. A field of a rule or a subject that is not known is an error: a mistyped one would grant or refuse unseen.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ClusterRoleWire))]
[JsonSerializable(typeof(ClusterRoleBindingWire))]
internal sealed partial class RbacWire : JsonSerializerContext;

internal sealed record RoleMetadataWire(string? Name, IReadOnlyDictionary<string, string>? Labels);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PolicyRuleWire(
    IReadOnlyList<string>? ApiGroups,
    IReadOnlyList<string>? Resources,
    IReadOnlyList<string>? Verbs,
    IReadOnlyList<string>? ResourceNames,
    [property: JsonPropertyName("nonResourceURLs")] IReadOnlyList<string>? NonResourceUrls);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RoleSelectorWire(IReadOnlyDictionary<string, string>? MatchLabels, JsonElement? MatchExpressions);

internal sealed record AggregationRuleWire(IReadOnlyList<RoleSelectorWire>? ClusterRoleSelectors)
{
    /// <summary>Whether it selects by more than labels' values, which is not resolved here.</summary>
    [JsonIgnore]
    public bool HasExpressions => (ClusterRoleSelectors ?? []).Any(selector => selector.MatchExpressions is not null);
}

internal sealed record ClusterRoleWire(RoleMetadataWire? Metadata, IReadOnlyList<PolicyRuleWire>? Rules, AggregationRuleWire? AggregationRule);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SubjectWire(string? Kind, string? Name, string? Namespace, string? ApiGroup);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RoleRefWire(string? Kind, string? Name, string? ApiGroup);

internal sealed record ClusterRoleBindingWire(IReadOnlyList<SubjectWire>? Subjects, RoleRefWire? RoleRef);
