using System.Globalization;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Tools.Manifests;
using AdmissionGuard.Tools.Simulation;
using AdmissionGuard.Tools.Simulation.Clusters;

namespace AdmissionGuard.Tools.Checking.Cases;

/// <summary>Makes reviews of namespaces before and after.</summary>
internal static class AdmissionReviewFactory
{
    public const string WantedTime = "must be a time with Z or its offset, as in 2026-11-27T22:00:00+01:00 (RFC 3339)";

    public static string[] SubResources { get; } = ["status", "finalize"];

    /// <summary>The review of a request.</summary>
    /// <returns><see langword="null"/> if the two can't be one namespace, which is reported.</returns>
    public static JsonObject? Build(SimulatedRequest asked, Document? old, Document? now, InputErrors errors)
    {
        if (old is null && now is null)
        {
            return null;
        }

        if (old is not null && now is not null && old.Name != now.Name)
        {
            errors.Add(now.Error("$.metadata.name", $"must be {old.Name}, the stored name: a namespace can't be renamed"));
            return null;
        }

        return (asked with { Old = old is null ? null : Whole(old.Root), New = now is null ? null : Whole(now.Root) }).ToReview();
    }

    /// <summary>The namespace as it is stored, of a review; <see langword="null"/> for none.</summary>
    public static JsonObject? StoredIn(JsonObject? review) => (review?["request"] as JsonObject)?["oldObject"] as JsonObject;

    /// <summary>Reads a time. The offset is required, because without it the time depends on the reader.</summary>
    public static bool TryReadTime(string text, out DateTimeOffset time)
    {
        time = default;
        return text is [.., 'Z'] or [.., '+' or '-', _, _, ':', _, _]
            && DateTimeOffset.TryParseExact(
                text,
                ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"],
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out time);
    }

    /// <summary>A namespace as it is stored, with the UIDs that a file leaves out: no reference is stored without one.</summary>
    public static Document Stored(Document old, CaseEnvironment environment)
    {
        var (stored, kind) = ((JsonObject)old.Root.DeepClone(), environment.Options.Tenant);
        foreach (var reference in ((stored["metadata"] as JsonObject)?["ownerReferences"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (!reference.ContainsKey("uid")
                && reference["name"] is JsonValue name
                && name.TryGetValue<string>(out var tenant)
                && IsTenant(reference, kind))
            {
                reference["uid"] = environment.Objects.Find(kind.Group, kind.Kind, tenant)?.Uid is { Length: > 0 } uid
                    ? uid
                    : SyntheticUid.Of(tenant);
            }
        }

        return old with { Root = stored };
    }

    private static bool IsTenant(JsonObject reference, TenantKind kind) =>
        reference["apiVersion"]?.ToString().StartsWith(kind.Group + "/", StringComparison.Ordinal) is true
            && reference["kind"]?.ToString() == kind.Kind;

    private static JsonObject Whole(JsonObject given)
    {
        var whole = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace" };
        foreach (var (name, value) in given)
        {
            whole[name] = value?.DeepClone();
        }

        return whole;
    }
}
