using System.Collections.Immutable;
using AdmissionGuard.Core.Capsule;

namespace AdmissionGuard.Kubernetes.Tenants;

/// <summary>What a Tenant has Capsule put on its namespaces: as written there, and as Capsule computes it from other settings.</summary>
/// <remarks>Source: Capsule 0.14.0, <c>pkg/tenant/metdata.go</c> and <c>pkg/api/meta</c>.</remarks>
internal static class ManagedMetadataMapper
{
    private const string Prefix = "capsule.clastix.io/";

    // On the Tenant as on its namespaces.
    private static readonly string[] Inherited =
    [
        $"{Prefix}forbidden-namespace-labels",
        $"{Prefix}forbidden-namespace-labels-regexp",
        $"{Prefix}forbidden-namespace-annotations",
        $"{Prefix}forbidden-namespace-annotations-regexp",
    ];

    public static ManagedMetadata Of(TenantDto tenant)
    {
        var (spec, options) = (tenant.Spec, tenant.Spec?.NamespaceOptions);
        var labels = Pairs(options?.AdditionalMetadata?.Labels);
        return new ManagedMetadata
        {
            Labels = spec?.Cordoned is true ? labels.Add(KeyValuePair.Create("projectcapsule.dev/cordoned", "true")) : labels,
            Annotations = [.. Pairs(options?.AdditionalMetadata?.Annotations), .. Computed(tenant)],
            Selected = [.. (options?.AdditionalMetadataList ?? []).Select(Item)],
            RemovesOthers = options?.ManagedMetadataOnly is true,
        };
    }

    private static IEnumerable<KeyValuePair<string, string>> Computed(TenantDto tenant)
    {
        var spec = tenant.Spec;
        if (spec?.NodeSelector is { } selector)
        {
            var labels = selector.Select(label => $"{label.Key}={label.Value}").Order(StringComparer.Ordinal);
            yield return KeyValuePair.Create("scheduler.alpha.kubernetes.io/node-selector", string.Join(',', labels));
        }

        (string Key, AllowedDto? Allowed)[] lists =
        [
            ("ingress-classes", spec?.IngressOptions?.AllowedClasses),
            ("storage-classes", spec?.StorageClasses),
            ("allowed-registries", spec?.ContainerRegistries),
        ];
        foreach (var (key, allowed) in lists)
        {
            if (allowed?.Allowed is [_, ..])
            {
                yield return KeyValuePair.Create($"{Prefix}{key}", string.Join(',', allowed.Allowed));
            }

            if (allowed?.AllowedRegex is { Length: > 0 } regex)
            {
                yield return KeyValuePair.Create($"{Prefix}{key}-regexp", regex);
            }
        }

        foreach (var key in Inherited)
        {
            if (tenant.Metadata?.Annotations?.TryGetValue(key, out var value) is true)
            {
                yield return KeyValuePair.Create(key, value ?? "");
            }
        }
    }

    private static SelectedMetadata Item(SelectedMetadataDto? dto) =>
        new(Selector(dto?.NamespaceSelector), Pairs(dto?.Labels), Pairs(dto?.Annotations));

    // One that is absent selects every namespace.
    private static NamespaceSelector Selector(SelectorDto? dto) =>
        new(Pairs(dto?.MatchLabels), [.. (dto?.MatchExpressions ?? []).Select(Expression)]);

    private static SelectorExpression Expression(SelectorExpressionDto? dto) =>
        new(dto?.Key ?? "", dto?.Operator ?? "", [.. dto?.Values ?? []]);

    /// <summary>The entries of a map. A null in it is the empty value to Go, and so to Capsule.</summary>
    public static ImmutableArray<KeyValuePair<string, string>> Pairs(IReadOnlyDictionary<string, string?>? map) =>
        [.. (map ?? ImmutableDictionary<string, string?>.Empty).Select(pair => KeyValuePair.Create(pair.Key, pair.Value ?? ""))];
}
